package dev.aloft.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/// An installed WordPress site, ready to be run by any number of [PhpFpm]. Immutable; its text never shows a password.
///
/// The code is the site's own copy, without links, and no PHP program can write it: it belongs to root, or to an
/// ordinary user without write permission. The passwords are in a file that only we may read. The configuration and
/// the must-use plugin are rewritten at each start.
///
/// @param documentRoot the folder with WordPress's index.php
/// @param home where browsers find it
/// @param user the administrator's name
/// @param password the administrator's password, for wp-login.php
/// @param applicationPassword the same user's password for the REST API
public record WordPressSite(Path documentRoot, URI home, String user, String password, String applicationPassword) {

    private static final String USER = "admin";
    private static final String PASSWORD = "password";
    private static final String APPLICATION_PASSWORD = "application-password";
    private static final List<String> PLUGIN_FILES = List.of("aloft.php", "object-cache.php");
    private static final int PASSWORD_LENGTH = 16;
    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(2);

    /// Installs the site, or finds it again: in the data folder, once for each WordPress tree. When the tree's version
    /// or origin is another one than before, the code is replaced and the database brought up to date; a change of
    /// files in the same tree is not noticed.
    ///
    /// @param progress gets a line for each step
    /// @throws IOException when a part is missing or WordPress cannot be installed
    public static WordPressSite install(DataFolder data, SiteSettings settings, Consumer<String> progress)
            throws IOException {
        Account workers = Account.of("www-data");
        workers.requireAccess(data.path());
        Path place = Files.createDirectories(data.path().resolve("wordpress"));
        Modes.set(place, "rwxr-xr-x");
        Path code = place.resolve("code");
        Path stamp = place.resolve("installed");
        Secrets secrets = Secrets.open(place.resolve("secrets"));
        String password = secrets.findOrMake(PASSWORD, PASSWORD_LENGTH);
        boolean installed = Files.exists(stamp)
                && Files.readString(stamp, UTF_8).equals(settings.tree().toString());
        if (!installed) {
            progress.accept("copying " + settings.tree());
            Files.deleteIfExists(stamp);
            copyCode(settings.tree(), code);
        }
        copyPlugin(settings.plugin(), code);
        Modes.writeSecretFor(workers, place.resolve("wp-config.php"), WpConfig.of(settings, secrets));
        if (!installed) {
            progress.accept("installing WordPress " + settings.tree().version());
            secrets.keep(APPLICATION_PASSWORD, fillDatabase(settings, code, password, workers));
            Files.writeString(stamp, settings.tree().toString(), UTF_8);
        }
        return new WordPressSite(
                code,
                settings.home(),
                USER,
                password,
                secrets.find(APPLICATION_PASSWORD)
                        .orElseThrow(() -> new IOException(
                                "cannot use the site in " + place + ": its file secrets has lost the application"
                                        + " password; remove " + stamp + " to have a new one made")));
    }

    /// The site's wp-config.php, beside the folder of its code.
    public Path configuration() {
        return documentRoot.resolveSibling("wp-config.php");
    }

    @Override
    public String toString() {
        return "WordPressSite[" + home + " in " + documentRoot + "]";
    }

    private static void copyCode(WordPressTree tree, Path code) throws IOException {
        Path draft = code.resolveSibling("code.new");
        FolderTree.delete(draft);
        FolderTree.copy(tree.folder(), draft, WordPressTree::isCode);
        if (!Account.weAreRoot()) {
            FolderTree.makeReadOnly(draft);
        }
        FolderTree.delete(code);
        Files.move(draft, code, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void copyPlugin(Path plugin, Path code) throws IOException {
        if (!Files.exists(plugin.resolve("aloft.php"))) {
            throw new IOException("cannot install the must-use plugin: there is no aloft.php in " + plugin);
        }
        Path content = code.resolve("wp-content");
        Path place = content.resolve("mu-plugins");
        Modes.set(content, "rwxr-xr-x");
        Files.createDirectories(place);
        Modes.set(place, "rwxr-xr-x");
        FolderTree.delete(place.resolve("src"));
        for (String file : PLUGIN_FILES) {
            Files.deleteIfExists(place.resolve(file));
        }
        FolderTree.copy(plugin, place, path -> path.startsWith("src") || PLUGIN_FILES.contains(path.toString()));
        if (!Account.weAreRoot()) {
            FolderTree.makeReadOnly(place);
            Modes.set(content, "r-xr-xr-x");
        }
    }

    /// @return the application password
    private static String fillDatabase(SiteSettings settings, Path code, String password, Account workers)
            throws IOException {
        return workers.run(List.of("php8.2", "-d", "display_errors=stderr"))
                .withEnvironment("SITE_CODE", code.toString())
                .withEnvironment("SITE_HOST", settings.authority())
                .withEnvironment(
                        "SITE_NETWORK",
                        settings.network().map(Network::toString).orElse(""))
                .withEnvironment("SITE_USER", USER)
                .withEnvironment("SITE_PASSWORD", password)
                .withInput(script())
                .withLimit(INSTALL_LIMIT)
                .run();
    }

    private static String script() throws IOException {
        try (InputStream script = WordPressSite.class.getResourceAsStream("install.php")) {
            return new String(
                    Objects.requireNonNull(script, "install.php is not in the jar")
                            .readAllBytes(),
                    UTF_8);
        }
    }
}
