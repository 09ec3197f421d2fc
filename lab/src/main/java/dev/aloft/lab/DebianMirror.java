package dev.aloft.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The package mirror that this Debian machine is set up with, asked for a WordPress of any suite.
///
/// Nothing is installed and no right of root is needed: apt works on lists and caches of its own in a temporary
/// folder, checks the signatures as ever, and the packages are unpacked there. Used by one thread.
final class DebianMirror {

    /// Newest first.
    private static final List<String> SUITES = List.of("sid", "trixie", "bookworm");

    private static final Duration UPDATE_LIMIT = Duration.ofMinutes(2);
    private static final Duration DOWNLOAD_LIMIT = Duration.ofMinutes(3);
    private static final Pattern SUITE_OF_DEBIAN = Pattern.compile("bookworm|trixie|sid|(old)*stable|testing|unstable");

    /// The packages of the tree's links and themes; the others are servers and programs.
    private static final Pattern PART =
            Pattern.compile("libjs-[a-z0-9.+-]+|libphp-phpmailer|php-getid3|wordpress-theme-[a-z]+");

    private final String site;
    private final Consumer<String> progress;

    private DebianMirror(String site, Consumer<String> progress) {
        this.site = site;
        this.progress = progress;
    }

    /// @throws IOException when this machine has no Debian mirror
    static DebianMirror of(Consumer<String> progress) throws IOException {
        String targets = Command.of("apt-get", "indextargets", "--format", "$(RELEASE) $(SITE)", "Created-By: Packages")
                .run();
        String site = targets.lines()
                .map(line -> line.split(" ", 2))
                .filter(words ->
                        words.length == 2 && SUITE_OF_DEBIAN.matcher(words[0]).matches())
                .map(words -> words[1])
                .findFirst()
                .orElseThrow(() -> new IOException("apt has no sources of Debian's main archive"));
        return new DebianMirror(site, progress);
    }

    /// The newest WordPress of all suites, put into the cache under its package's version.
    WordPressTree newestWordPress(Path cache) throws IOException {
        return wordPress(SUITES, cache);
    }

    /// The oldest of them, the same way.
    WordPressTree oldestWordPress(Path cache) throws IOException {
        return wordPress(List.of(SUITES.getLast()), cache);
    }

    /// The WordPress of the first suite that has one.
    private WordPressTree wordPress(List<String> suites, Path cache) throws IOException {
        List<String> reasons = new ArrayList<>();
        for (String suite : suites) {
            Path work = Files.createTempDirectory("aloft-apt-");
            try {
                Modes.set(work, "rwxr-xr-x");
                return new Suite(suite, work).wordPress(cache);
            } catch (IOException e) {
                reasons.add("Debian " + suite + ": " + e.getMessage());
            } finally {
                FolderTree.delete(work);
            }
        }
        throw new IOException(site + ": " + String.join("; ", reasons));
    }

    /// One suite, with apt's state in a folder of its own.
    private final class Suite {
        private final String name;
        private final Path work;

        Suite(String name, Path work) {
            this.name = name;
            this.work = work;
        }

        WordPressTree wordPress(Path cache) throws IOException {
            progress.accept("asking " + site + " for WordPress of Debian " + name);
            Files.writeString(work.resolve("sources.list"), "deb " + site + " " + name + " main\n");
            Files.createDirectories(work.resolve("lists/partial"));
            Files.createDirectories(work.resolve("cache/archives/partial"));
            Path packages = Files.createDirectories(work.resolve("packages"));
            update();
            String description =
                    apt("apt-cache", "show", "--no-all-versions", "wordpress").run();
            String version = field(description, "Version");
            Set<String> names = parts(description);
            names.add("wordpress");
            progress.accept(
                    "downloading wordpress " + version + " and " + (names.size() - 1) + " packages that it links to");
            List<String> download = new ArrayList<>(List.of("apt-get", "--quiet", "download"));
            download.addAll(names);
            apt(download.toArray(String[]::new))
                    .withFolder(packages)
                    .withLimit(DOWNLOAD_LIMIT)
                    .run();
            return unpack(packages, version, cache);
        }

        private void update() throws IOException {
            try {
                apt("apt-get", "--quiet", "-o", "APT::Update::Error-Mode=any", "update")
                        .withLimit(UPDATE_LIMIT)
                        .run();
            } catch (IOException e) {
                throw new IOException("cannot read its list of packages", e);
            }
        }

        private WordPressTree unpack(Path packages, String version, Path cache) throws IOException {
            Path root = Files.createDirectories(work.resolve("root"));
            List<Path> files;
            try (Stream<Path> entries = Files.list(packages)) {
                files = entries.toList();
            }
            for (Path file : files) {
                Command.of("dpkg-deb", "--extract", file.toString(), root.toString())
                        .run();
            }
            String origin = "Debian " + name + " (package " + version + ")";
            return WordPressTree.keep(
                    root.resolve("usr/share/wordpress"), cache, "wordpress-" + version + "-" + name, origin);
        }

        private Command apt(String... words) {
            List<String> all = new ArrayList<>(List.of(words));
            all.addAll(
                    1,
                    List.of(
                            "-o", "Dir::Etc::sourcelist=" + work.resolve("sources.list"),
                            "-o", "Dir::Etc::sourceparts=/dev/null",
                            "-o", "Dir::State::lists=" + work.resolve("lists"),
                            "-o", "Dir::Cache=" + work.resolve("cache"),
                            "-o", "Acquire::Languages=none",
                            "-o", "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
                            "-o", "APT::Sandbox::User=root"));
            return Command.of(all);
        }
    }

    private static Set<String> parts(String description) {
        String names = field(description, "Depends") + "," + field(description, "Recommends");
        return Stream.of(names.split("[,|]"))
                .map(entry -> entry.strip().split("[ (:]", 2)[0])
                .filter(PART.asMatchPredicate())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String field(String description, String name) {
        return description
                .lines()
                .filter(line -> line.startsWith(name + ": "))
                .map(line -> line.substring(name.length() + 2))
                .findFirst()
                .orElse("");
    }
}
