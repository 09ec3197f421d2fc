package dev.aloft.store;

import dev.aloft.store.StoreException.Kind;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;

/// The read of an object by the query of a presigned URL, as S3 itself judges it: only S3 knows all keys that sign,
/// and what each of them may. One byte is asked for, without this program's credentials.
///
/// @param object the URL of the object at S3
/// @param query the signature and what belongs to it, as it stands in a URL
record PresignedRead(URI object, String query) {

    /// @return whether S3 gives the object for this query
    /// @throws StoreException when S3 does not say
    boolean isPermitted(Duration limit) throws StoreException {
        String attempt = "read " + object.getPath() + " by a URL that was signed in advance";
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(object + "?" + query).toURL().openConnection();
            connection.setInstanceFollowRedirects(false);
            connection.setConnectTimeout((int) limit.toMillis());
            connection.setReadTimeout((int) limit.toMillis());
            connection.setRequestProperty("Range", "bytes=0-0");
            try {
                return isPermitted(attempt, connection.getResponseCode());
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            throw new StoreException(Kind.UNAVAILABLE, "cannot " + attempt + ": S3 does not answer (" + e + ")", e);
        }
    }

    private static boolean isPermitted(String attempt, int status) throws StoreException {
        return switch (status) {
            case 200, 206 -> true;
            case 416 -> true; // an empty object has no first byte
            default -> {
                if (status >= 500 || status == 429) {
                    throw new StoreException(Kind.UNAVAILABLE, "cannot " + attempt + ": S3 answers " + status);
                }
                yield false;
            }
        };
    }
}
