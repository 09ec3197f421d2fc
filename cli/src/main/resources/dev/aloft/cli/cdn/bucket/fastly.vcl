# Fastly before an S3 bucket. Backends: F_bucket (@BUCKET@) and F_site (@SITE@).
@NOTICE # @
# A snippet for vcl_recv:
if (req.url.path ~ "^/(wp-content/)?uploads/") {
  if (req.method != "GET" && req.method != "HEAD") {
    error 405;
  }
  set req.backend = F_bucket;
  set req.url = regsub(req.url.path, "^/(wp-content/)?uploads/", "@BUCKET_PATH@/uploads/");
  unset req.http.Cookie;
  unset req.http.Authorization;
} else {
  set req.backend = F_site;
}
# A snippet for vcl_miss and vcl_pass:
if (req.backend == F_bucket) {
  set bereq.http.Host = "@BUCKET_AUTHORITY@";
}
# A snippet for vcl_deliver:
if (req.backend == F_bucket) {
  set resp.http.X-Content-Type-Options = "nosniff";
}
