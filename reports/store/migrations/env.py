"""Run the migrations on the connection that the store hands over; there is no other way in."""

from alembic import context

from reports.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # The store opened one transaction around all steps: a half-migrated store cannot happen.
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
