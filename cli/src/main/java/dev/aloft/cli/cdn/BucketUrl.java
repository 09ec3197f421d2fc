package dev.aloft.cli.cdn;

import dev.aloft.files.FilePath;
import dev.aloft.server.UploadsFolder;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// URL at which S3 serves a site's files of a bucket, with the bucket in the host name
/// (`https://media.s3.eu-central-1.amazonaws.com/shop`) or first in the path (`http://10.0.0.9:9000/media/shop`).
///
/// @param path of the site's prefix, without a slash at the end; empty for the host's root
/// @param bucket its name
/// @param uploads of the site in the bucket
record BucketUrl(URI server, String path, String bucket, UploadsFolder uploads) {

    private static final Pattern URL =
            Pattern.compile("(https?://[A-Za-z0-9.-]+(?::\\d{1,5})?)((?:/[A-Za-z0-9._~-]+)*)/?");
    private static final Pattern IN_HOST = Pattern.compile("https?://([a-z0-9.-]+)\\.s3[.-].*");

    static BucketUrl parse(URI url) {
        Matcher whole = URL.matcher(url.toString());
        if (!whole.matches()) {
            throw new IllegalArgumentException("not a bucket's address: --bucket " + url
                    + " (expected as in https://media.s3.eu-central-1.amazonaws.com/prefix)");
        }
        String server = whole.group(1);
        String path = whole.group(2);
        Matcher inHost = IN_HOST.matcher(server);
        if (inHost.matches()) {
            return new BucketUrl(URI.create(server), path, inHost.group(1), uploads(path.replaceFirst("^/", "")));
        }
        String[] parts = path.split("/", 3);
        if (parts.length < 2) {
            throw new IllegalArgumentException(
                    "no bucket in --bucket " + url
                            + " (expected in the host's name, as in https://media.s3.eu-central-1.amazonaws.com, or in the path)");
        }
        return new BucketUrl(URI.create(server), path, parts[1], uploads(parts.length > 2 ? parts[2] : ""));
    }

    private static UploadsFolder uploads(String prefix) {
        return UploadsFolder.of(FilePath.of(prefix));
    }

    /// Host and port as a client names them: without the scheme's default port.
    String authority() {
        return server.getAuthority();
    }
}
