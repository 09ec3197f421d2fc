# Varnish before an Aloft edge: uploads and pictures go to the edge, everything else to the site.
vcl 4.1;

import std;

backend edge {
    .host = "@EDGE_HOST@";
    .port = "@EDGE_PORT@";
}

backend site {
    .host = "@SITE_HOST@";
    .port = "@SITE_PORT@";
}

# Hosts that may purge: those that run `aloft serve` with a [[cdn]] for this Varnish. Add all of them.
acl aloft_hosts {
    "@EDGE_HOST@";
}

sub vcl_recv {
    # A purge names surrogate keys: that of a site, or those of uploads, which their pictures share.
    if (req.method == "BAN") {
        if (client.ip !~ aloft_hosts) {
            return (synth(403, "Not an Aloft host"));
        }
        if (req.http.Surrogate-Key !~ "^[a-z0-9-]+(/[0-9a-f]+)?( [a-z0-9-]+(/[0-9a-f]+)?)*$") {
            return (synth(400, "No surrogate keys"));
        }
        if (std.ban("obj.http.Surrogate-Key ~ (^|[[:space:]])(" +
            regsuball(req.http.Surrogate-Key, " ", "|") + ")($|[[:space:]])")) {
            return (synth(200, "Banned"));
        }
        return (synth(500, std.ban_error()));
    }
    # Varnish alone sets the client's address.
    set req.http.X-Forwarded-For = client.ip;
    if (!req.http.X-Forwarded-Proto) {
        set req.http.X-Forwarded-Proto = "http";
    }
    if (req.url ~ "^/tachyon/" ||
        req.url ~ "^@UPLOAD_PATTERN@" ||
        req.url ~ "^/(wp-content/)?uploads/") {
        set req.backend_hint = edge;
        # Neither depends on who asks; a private upload says no-store.
        unset req.http.Cookie;
        unset req.http.Authorization;
    } else {
        set req.backend_hint = site;
    }
}

sub vcl_backend_response {
    # Large files are passed through: the edge holds them in slices, and answers ranges.
    if (bereq.backend == edge && std.integer(beresp.http.Content-Length, 0) > 10485760) {
        set beresp.uncacheable = true;
        set beresp.ttl = 120s;
    }
    set beresp.do_stream = true;
}

sub vcl_deliver {
    unset resp.http.Surrogate-Key;
    unset resp.http.Cache-Tag;
}
