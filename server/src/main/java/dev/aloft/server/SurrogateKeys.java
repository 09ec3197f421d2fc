package dev.aloft.server;

import dev.aloft.files.FilePath;
import dev.aloft.store.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/// The names under which CDNs find a site's answers again: one for the site, and one for each upload, which its
/// renditions share under every URL. Answers have them as `Surrogate-Key` (Fastly, Varnish) and `Cache-Tag`
/// (Cloudflare).
///
/// @param site its name
/// @param top the prefix in the bucket that holds all files of the site
public record SurrogateKeys(String site, FilePath top) {

    /// Of 64 bits, so that two uploads of a site practically never share one.
    private static final int HASH_BYTES = 8;

    /// The key of one upload: short, and of letters that all CDNs accept, whatever the upload is called.
    ///
    /// @param file below the site's prefix: `uploads/2026/11/cat.jpg`
    public static String ofFile(String site, String file) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(file.getBytes(StandardCharsets.UTF_8));
            return site + "/" + HexFormat.of().formatHex(hash, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    /// Adds the keys of an upload to an answer about it, unless CDNs do not store that anyway.
    public void putAll(HttpFields.Mutable headers, ObjectKey upload) {
        String cacheControl = headers.get(HttpHeader.CACHE_CONTROL);
        if (cacheControl != null && cacheControl.contains("no-store")) {
            return;
        }
        String file = ofFile(site, top.relativize(FilePath.of(upload.value())));
        headers.put("Surrogate-Key", site + " " + file);
        headers.put("Cache-Tag", site + "," + file);
    }
}
