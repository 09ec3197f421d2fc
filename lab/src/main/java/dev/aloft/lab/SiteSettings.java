package dev.aloft.lab;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Settings of one WordPress site on a tree and a database. Immutable.
///
/// @param tree the code; the site gets a copy of it
/// @param database the site's content
/// @param plugin the folder with the must-use plugin: `aloft.php` and `src/` are copied
/// @param home the site's address, `http://127.0.0.1:8080`; it answers as `localhost` of that port too
/// @param constants PHP constants of wp-config.php by name, such as `ALOFT_BUCKET`; an environment variable of the
///     same name, given by a [PhpPool], comes first
/// @param network whether it is the first site of a network, and of what kind; it then answers by its home's name alone
public record SiteSettings(
        WordPressTree tree,
        Database database,
        Path plugin,
        URI home,
        Map<String, String> constants,
        Optional<Network> network) {

    private static final Pattern CONSTANT = Pattern.compile("[A-Z][A-Z0-9_]*");

    /// A site of its own.
    public SiteSettings(WordPressTree tree, Database database, Path plugin, URI home, Map<String, String> constants) {
        this(tree, database, plugin, home, constants, Optional.empty());
    }

    /// The same as the first site of a network.
    public SiteSettings withNetwork(Network kind) {
        return new SiteSettings(tree, database, plugin, home, constants, Optional.of(kind));
    }

    /// As a browser writes it into `Host`.
    String authority() {
        return home.getPort() == 80 ? home.getHost() : home.getAuthority();
    }

    /// @throws IllegalArgumentException when the home has no port or a path, or a constant's name is none
    public SiteSettings {
        if (home.getHost() == null || home.getPort() < 0 || !home.getPath().isEmpty()) {
            throw new IllegalArgumentException("a site's home is like http://127.0.0.1:8080, got " + home);
        }
        constants = Map.copyOf(constants);
        for (String name : constants.keySet()) {
            if (!CONSTANT.matcher(name).matches()) {
                throw new IllegalArgumentException("a constant's name matches " + CONSTANT + ", got " + name);
            }
        }
    }
}
