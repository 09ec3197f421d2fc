# Varnish before an S3 bucket: uploads come straight from the bucket, everything else from the site.
@NOTICE # @
vcl 4.1;

backend bucket {
    .host = "@BUCKET_HOST@";
    .port = "@BUCKET_PORT@";
}

backend site {
    .host = "@SITE_HOST@";
    .port = "@SITE_PORT@";
}

sub vcl_recv {
    # Varnish alone sets the client's address.
    set req.http.X-Forwarded-For = client.ip;
    if (!req.http.X-Forwarded-Proto) {
        set req.http.X-Forwarded-Proto = "http";
    }
    if (req.url ~ "^/(wp-content/)?uploads/") {
        if (req.method != "GET" && req.method != "HEAD") {
            return (synth(405));
        }
        if (req.url ~ "(?i)/(\.|%2e)(\.|%2e)?(/|%2f|\?|$)") {
            return (synth(404));
        }
        set req.backend_hint = bucket;
        set req.url = regsub(req.url, "^/(wp-content/)?uploads/([^?]*).*$", "@BUCKET_PATH@/uploads/\2");
        unset req.http.Cookie;
        unset req.http.Authorization;
    } else {
        set req.backend_hint = site;
    }
}

sub vcl_backend_fetch {
    if (bereq.backend == bucket) {
        set bereq.http.Host = "@BUCKET_AUTHORITY@";
    }
}

sub vcl_backend_response {
    if (bereq.backend == bucket) {
        set beresp.http.X-Content-Type-Options = "nosniff";
    }
    set beresp.do_stream = true;
}
