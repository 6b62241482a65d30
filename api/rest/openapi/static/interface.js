// Shows the interface on /docs. Kept apart from the page, whose policy allows no script within it.
"use strict";

window.SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#interface",
  presets: [window.SwaggerUIBundle.presets.apis],
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  // Without this, Swagger UI would offer a badge from a validator on the internet.
  validatorUrl: null,
});
