const http = require("node:http");

http
  .createServer((request, response) => {
    response.setHeader("Content-Type", "text/plain; charset=utf-8");
    response.end(request.url === "/health" ? "ok" : process.env.SITE_NAME);
  })
  .listen(process.env.PORT || 8080, "0.0.0.0");
