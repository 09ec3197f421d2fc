package dev.aloft.lab;

import java.io.IOException;
import java.util.List;
import java.util.TreeMap;

/// The text of a site's wp-config.php.
///
/// The site sends nothing to the network, changes nothing of its own code, and calls itself by the name that the
/// browser has called it by, when that is 127.0.0.1 or localhost.
final class WpConfig {

    private static final List<String> SALTS = List.of(
            "AUTH_KEY",
            "SECURE_AUTH_KEY",
            "LOGGED_IN_KEY",
            "NONCE_KEY",
            "AUTH_SALT",
            "SECURE_AUTH_SALT",
            "LOGGED_IN_SALT",
            "NONCE_SALT");
    private static final List<String> SWITCHES =
            List.of("WP_HTTP_BLOCK_EXTERNAL", "DISABLE_WP_CRON", "AUTOMATIC_UPDATER_DISABLED", "DISALLOW_FILE_MODS");
    private static final int SALT_LENGTH = 64;

    private final SiteSettings settings;
    private final Secrets secrets;
    private final StringBuilder text = new StringBuilder("<?php\n\n");

    private WpConfig(SiteSettings settings, Secrets secrets) {
        this.settings = settings;
        this.secrets = secrets;
    }

    /// @param secrets keeps the salts, so that logins survive a restart
    static String of(SiteSettings settings, Secrets secrets) throws IOException {
        return new WpConfig(settings, secrets).write();
    }

    private String write() throws IOException {
        Database database = settings.database();
        define("DB_NAME", quote(database.name()));
        define("DB_USER", quote(database.user()));
        define("DB_PASSWORD", quote(database.password()));
        define("DB_HOST", quote("localhost:" + database.socket()));
        define("DB_CHARSET", quote("utf8mb4"));
        define("DB_COLLATE", quote(""));
        for (String salt : SALTS) {
            define(salt, quote(secrets.findOrMake(salt, SALT_LENGTH)));
        }
        if (settings.network().isPresent()) {
            writeNetwork(settings.network().get());
        } else {
            writeHome();
        }
        SWITCHES.forEach(name -> define(name, "true"));
        define("WP_ENVIRONMENT_TYPE", quote("local"));
        new TreeMap<>(settings.constants())
                .forEach((name, value) -> define(name, "getenv(%s) ?: %s".formatted(quote(name), quote(value))));
        text.append("""

                $table_prefix = 'wp_';

                if (!defined('ABSPATH')) {
                    define('ABSPATH', __DIR__ . '/code/');
                }
                require_once ABSPATH . 'wp-settings.php';
                """);
        return text.toString();
    }

    /// A network's sites have their addresses in the database; until it is made there is one site.
    private void writeNetwork(Network network) {
        String home = quote("http://" + settings.authority());
        text.append("""

                if (defined('SITE_INSTALLING')) {
                    define('WP_HOME', %1$s);
                    define('WP_SITEURL', %1$s);
                }
                """.formatted(home));
        define("MULTISITE", "!defined('SITE_INSTALLING')");
        define("SUBDOMAIN_INSTALL", String.valueOf(network == Network.SUBDOMAINS));
        define("DOMAIN_CURRENT_SITE", quote(settings.authority()));
        define("PATH_CURRENT_SITE", quote("/"));
        define("SITE_ID_CURRENT_SITE", "1");
        define("BLOG_ID_CURRENT_SITE", "1");
        text.append('\n');
    }

    private void writeHome() {
        int port = settings.home().getPort();
        text.append("""

                $aloft_home = in_array($_SERVER['HTTP_HOST'] ?? '', ['127.0.0.1:%1$d', 'localhost:%1$d'], true)
                    ? %2$s . $_SERVER['HTTP_HOST']
                    : %3$s;
                """.formatted(
                        port,
                        quote(settings.home().getScheme() + "://"),
                        quote(settings.home().toString())));
        define("WP_HOME", "$aloft_home");
        define("WP_SITEURL", "$aloft_home");
        text.append('\n');
    }

    private void define(String name, String expression) {
        text.append("define('").append(name).append("', ").append(expression).append(");\n");
    }

    /// As a string of PHP in single quotes, where only these two have a meaning.
    private static String quote(String value) {
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
