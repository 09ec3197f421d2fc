package dev.aloft.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/// The project's own downloads: the current release, checked against its published SHA-1. Used by one thread.
final class WordPressOrg {

    private static final URI SITE = URI.create("https://wordpress.org/");
    private static final URI API = URI.create("https://api.wordpress.org/");

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration DOWNLOAD_LIMIT = Duration.ofMinutes(3);

    /// Several times the size of a release, unpacked.
    private static final long MAX_TREE_BYTES = 1L << 30;

    private static final Pattern CURRENT = Pattern.compile("\"current\"\\s*:\\s*\"(\\d+(?:\\.\\d+){1,3})\"");
    private static final Pattern SHA1 = Pattern.compile("[0-9a-f]{40}");

    private final URI site;
    private final URI api;
    private final Duration limit;
    private final Consumer<String> progress;

    /// @param site what serves `wordpress-VERSION.zip` and its `.sha1`
    /// @param api what serves `core/version-check/1.7/`
    /// @param limit for each download, its body included
    WordPressOrg(URI site, URI api, Duration limit, Consumer<String> progress) {
        this.site = site;
        this.api = api;
        this.limit = limit;
        this.progress = progress;
    }

    static WordPressOrg of(Consumer<String> progress) {
        return new WordPressOrg(SITE, API, DOWNLOAD_LIMIT, progress);
    }

    /// Downloads the current release and puts it into the cache.
    ///
    /// @throws IOException when the site cannot be reached, or the file does not match its checksum
    WordPressTree newestWordPress(Path cache) throws IOException {
        Path work = Files.createTempDirectory("aloft-wordpress-");
        try (HttpClient client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(CONNECT_LIMIT)
                .build()) {
            String version = currentVersion(client);
            URI address = site.resolve("wordpress-" + version + ".zip");
            progress.accept("downloading " + address);
            Path archive = get(client, address, BodyHandlers.ofFile(work.resolve("wordpress.zip")));
            String expected = get(client, URI.create(address + ".sha1"), BodyHandlers.ofString(UTF_8))
                    .strip();
            String found = sha1(archive);
            if (!SHA1.matcher(expected).matches() || !expected.equals(found)) {
                throw new IOException(
                        address + " does not match its published SHA-1: expected " + expected + ", got " + found);
            }
            Path tree = unpack(archive, Files.createDirectory(work.resolve("tree")));
            return WordPressTree.keep(tree, cache, "wordpress-" + version, address.toString());
        } finally {
            FolderTree.delete(work);
        }
    }

    private String currentVersion(HttpClient client) throws IOException {
        String offers = get(client, api.resolve("core/version-check/1.7/"), BodyHandlers.ofString(UTF_8));
        Matcher current = CURRENT.matcher(offers);
        if (!current.find()) {
            throw new IOException(api + " names no current version of WordPress");
        }
        return current.group(1);
    }

    /// An unknown host is a ConnectException without a message.
    private static String reason(@Nullable Throwable cause) {
        return cause instanceof ConnectException && cause.getMessage() == null
                ? "no connection to its host"
                : String.valueOf(cause);
    }

    /// The client's own time limit ends with the head of an answer.
    private <T> T get(HttpClient client, URI address, BodyHandler<T> body) throws IOException {
        CompletableFuture<HttpResponse<T>> download =
                client.sendAsync(HttpRequest.newBuilder(address).build(), body);
        try {
            HttpResponse<T> answer = download.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (answer.statusCode() != 200) {
                throw new IOException(address + " answers " + answer.statusCode());
            }
            return answer.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while downloading " + address);
        } catch (TimeoutException e) {
            throw new IOException("cannot get " + address + " within " + limit.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new IOException("cannot get " + address + ": " + reason(e.getCause()), e);
        } finally {
            download.cancel(true);
        }
    }

    private static String sha1(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            byte[] buffer = new byte[64 * 1024];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    /// Unpacks a release.
    ///
    /// @return the folder `wordpress` of the archive
    static Path unpack(Path archive, Path folder) throws IOException {
        long left = MAX_TREE_BYTES;
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = folder.resolve(entry.getName()).normalize();
                if (!file.startsWith(folder)) {
                    throw new IOException("the archive has a file outside of its folder: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    left -= Files.copy(zip, file);
                    if (left < 0) {
                        throw new IOException("the archive holds more than " + MAX_TREE_BYTES + " bytes");
                    }
                }
            }
        }
        return folder.resolve("wordpress");
    }
}
