// Starts ReDoc without a script inside the page, which the content security policy forbids.
const ui = document.getElementById("redoc-ui");
Redoc.init(ui.dataset.openapi, JSON.parse(document.getElementById("redoc-settings").textContent), ui);
