// Adds the one link to a park that no page and no sitemap names. Version {{ n.version }}.
// Tried out with applicantEmail = "{{ p.ottoline.email }}", order {{ n.order }}.
const link = document.createElement("a");
link.id = "quiet-link";
link.href = "/parks/quiet-cove";
link.textContent = "Quiet Cove";
document.getElementById("quiet").append(" ", link);
