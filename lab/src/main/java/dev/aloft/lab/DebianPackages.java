package dev.aloft.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A set of Debian packages that must be installed. Immutable.
public final class DebianPackages {

    private static final Duration UPDATE_LIMIT = Duration.ofMinutes(5);
    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(15);
    private static final String LOCK_LIMIT = "DPkg::Lock::Timeout=120";

    private final List<String> names;

    private DebianPackages(List<String> names) {
        this.names = names;
    }

    /// Packages that [MariaDb], [PhpFpm], nginx as a [WebServer] and [WordPressSite] need, with both of PHP's image
    /// libraries. The launcher of a clone reads the same list.
    public static DebianPackages forWordPress() {
        try (InputStream list =
                Objects.requireNonNull(DebianPackages.class.getResourceAsStream("wordpress-packages"))) {
            return new DebianPackages(
                    new String(list.readAllBytes(), UTF_8).lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// These packages.
    public static DebianPackages of(String... names) {
        return new DebianPackages(List.of(names));
    }

    /// These and more.
    public DebianPackages and(String... more) {
        return new DebianPackages(Stream.concat(names.stream(), Stream.of(more)).toList());
    }

    /// Those that are not installed, in the given order.
    ///
    /// @throws IOException when this is no Debian
    public List<String> missing() throws IOException {
        List<String> query =
                new ArrayList<>(List.of("dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\\n"));
        query.addAll(names);
        Set<String> installed = Command.of(query)
                .accepting(1)
                .run()
                .lines()
                .filter(line -> line.endsWith(" installed"))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .collect(Collectors.toSet());
        return names.stream().filter(name -> !installed.contains(name)).toList();
    }

    /// Returns true if this process may install packages.
    public static boolean mayInstall() {
        return Account.weAreRoot();
    }

    /// Installs what is missing when we are root, which takes about 40 s for all of them.
    ///
    /// @param progress gets a line for each step
    /// @throws IOException when something is missing and we are not root, with the command to run; or when the
    ///     installation fails
    public void require(Consumer<String> progress) throws IOException {
        List<String> missing = missing();
        if (missing.isEmpty()) {
            return;
        }
        String list = String.join(" ", missing);
        if (!Account.weAreRoot()) {
            throw refusal(list);
        }
        progress.accept("installing " + list);
        apt(UPDATE_LIMIT, List.of("update"));
        List<String> install = new ArrayList<>(List.of("install", "--yes", "--no-install-recommends"));
        install.addAll(missing);
        apt(INSTALL_LIMIT, install);
        progress.accept("installed " + missing.size() + " packages");
    }

    /// Error for an unprivileged user.
    static IOException refusal(String missing) {
        return new IOException("Debian packages are missing: " + missing
                + "\nrun this as root: apt-get install --no-install-recommends " + missing);
    }

    private static void apt(Duration limit, List<String> arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of("apt-get", "-q", "-o", LOCK_LIMIT));
        words.addAll(arguments);
        Command.of(words)
                .withEnvironment("DEBIAN_FRONTEND", "noninteractive")
                .withLimit(limit)
                .run();
    }
}
