# Fastly before an Aloft edge. Backends: F_edge (@EDGE@) and F_site (@SITE@).
# A snippet for vcl_recv:
if (req.url.path ~ "^/tachyon/" ||
    req.url.path ~ "^@UPLOAD_PATTERN@" ||
    req.url.path ~ "^/(wp-content/)?uploads/") {
  set req.backend = F_edge;
  # Neither depends on who asks; a private upload says no-store.
  unset req.http.Cookie;
  unset req.http.Authorization;
  # Parts of large files are fetched and kept as parts.
  if (req.method == "GET") {
    set req.enable_segmented_caching = true;
  }
} else {
  set req.backend = F_site;
}
