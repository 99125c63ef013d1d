"""An S3-compatible store on 127.0.0.1, with the environment that leads to it."""

import contextlib
import urllib.request

import boto3
from moto.server import ThreadedMotoServer

BUCKET = "evidence"


@contextlib.contextmanager
def bucket():
    """Yields its client, whose ``environ`` leads to it, and whose ``stop()`` ends it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    # What it holds outlives it.
    urllib.request.urlopen(urllib.request.Request(f"{url}/moto-api/reset", method="POST"), timeout=10).close()
    secret = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    client = boto3.client("s3", endpoint_url=url, region_name="ca-central-1", **secret)
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ca-central-1"})
    client.environ = {
        "AWS_ENDPOINT_URL": url,
        "AWS_DEFAULT_REGION": "ca-central-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        **{name.upper(): value for name, value in secret.items()},
    }
    client.stop = server.stop
    try:
        yield client
    finally:
        client.close()
        server.stop()


def keys(client):
    """Of all that is in the bucket."""
    return sorted(one["Key"] for one in client.list_objects_v2(Bucket=BUCKET).get("Contents", ()))
