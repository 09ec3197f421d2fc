package dev.aloft.cli.doctor;

import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.VersionCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Checks of `aloft doctor` for the WordPress in a folder: the plugin with its version, its constants and its switch,
/// and who may change the code. The files are read, PHP is not run.
final class WordPressChecks {

    private static final Pattern SWITCHED_OFF = Pattern.compile("\"s3-uploads\"\\s*:\\s*false");

    /// The header of a packaged plugin. In a clone it has none.
    private static final Pattern VERSION = Pattern.compile("(?m)^ \\* Version: (\\S+)");

    /// A file that loads another one.
    private static final Pattern REQUIRED =
            Pattern.compile("\\brequire(?:_once)?\\b[ (]*(__DIR__)?[ .]*['\"]([^'\"]+)['\"]");

    private WordPressChecks() {}

    static List<DoctorCheck> of(Path folder, Configuration configuration) {
        return List.of(
                new DoctorCheck("wordpress plugin", () -> plugin(folder)),
                new DoctorCheck("wordpress version", () -> version(folder, VersionCommand.version())),
                new DoctorCheck("wordpress code", () -> code(folder, configuration.sites())),
                new DoctorCheck("wordpress socket", () -> socket(folder, configuration.sites())),
                new DoctorCheck("wordpress bucket", () -> bucket(folder, configuration.sites())),
                new DoctorCheck("wordpress switch", () -> switchedOn(folder)));
    }

    private static DoctorFinding plugin(Path folder) {
        Path plugins = folder.resolve("wp-content/mu-plugins");
        if (!Files.isDirectory(folder.resolve("wp-content"))) {
            return DoctorFinding.failed(
                    Failure.Code.MACHINE,
                    "there is no wp-content in " + folder,
                    "name the folder of WordPress with --wordpress");
        }
        return Files.isReadable(plugins.resolve("aloft.php"))
                ? DoctorFinding.ok(plugins.resolve("aloft.php") + " loads the plugin")
                : DoctorFinding.failed(
                        Failure.Code.MACHINE,
                        "there is no " + plugins.resolve("aloft.php"),
                        "install the plugin (docs/how-to/your-own-site.md)");
    }

    static DoctorFinding version(Path folder, String version) throws IOException {
        Path file = folder.resolve("wp-content/mu-plugins/aloft.php");
        for (int loads = 0; loads < 3 && Files.isReadable(file); loads++) {
            String text = Files.readString(file);
            Matcher header = VERSION.matcher(text);
            if (header.find()) {
                return header.group(1).equals(version)
                        ? DoctorFinding.ok("the plugin is version " + version + ", too")
                        : DoctorFinding.warning(
                                "the plugin is version " + header.group(1) + ", this command " + version,
                                "install the plugin of the same version, and restart php-fpm");
            }
            Matcher required = REQUIRED.matcher(text);
            if (text.contains("Plugin Name: Aloft") || !required.find()) {
                break;
            }
            String target = required.group(2);
            file = file.resolveSibling(required.group(1) == null ? target : target.replaceFirst("^/+", ""));
        }
        return DoctorFinding.ok("not checked: " + file + " names no version");
    }

    /// A server whose code PHP cannot change keeps no program of an attacker. The group that may use the socket is
    /// that of PHP, and usually its user has the same name.
    private static DoctorFinding code(Path folder, List<SiteConfiguration> sites) throws IOException {
        Set<String> php = sites.stream()
                .flatMap(site -> site.agent().socketGroup().stream())
                .filter(group -> !group.equals("root"))
                .collect(Collectors.toCollection(TreeSet::new));
        php.add("www-data");
        CodeFiles code = new CodeFiles(php);
        Optional<Path> writable = code.writable(folder);
        if (writable.isPresent()) {
            return DoctorFinding.warning(
                    "PHP can change code: " + writable.get() + " is writable for it",
                    "as root: give files of mode 0600, as wp-config.php may be, PHP's group and mode 0640; then chown"
                            + " -R root " + folder + " (without a colon, which would change the group) and chmod -R"
                            + " go-w " + folder + "; what PHP must write belongs elsewhere");
        }
        return DoctorFinding.ok(String.join(" and ", php) + " can change none of " + code.examined()
                + " files and folders of code" + (code.isIncomplete() ? ", and there are more" : ""));
    }

    private static DoctorFinding socket(Path folder, List<SiteConfiguration> sites) throws IOException {
        Optional<String> socket = constant(folder, "ALOFT_SOCKET");
        if (socket.isEmpty()) {
            return DoctorFinding.warning(
                    "wp-config.php does not define ALOFT_SOCKET as a text",
                    "define it there, unless it is defined elsewhere");
        }
        boolean known =
                sites.stream().anyMatch(site -> site.agent().socket().toString().equals(socket.get()));
        return known
                ? DoctorFinding.ok("ALOFT_SOCKET is the socket of a site")
                : DoctorFinding.failed(
                        Failure.Code.CONFIGURATION,
                        "ALOFT_SOCKET is " + socket.get() + ", which is no site's socket",
                        "correct it in wp-config.php, or socket of the [[site]]");
    }

    private static DoctorFinding bucket(Path folder, List<SiteConfiguration> sites) throws IOException {
        Optional<String> bucket = constant(folder, "ALOFT_BUCKET");
        if (bucket.isEmpty()) {
            return DoctorFinding.warning(
                    "wp-config.php does not define ALOFT_BUCKET as a text",
                    "define it there, unless it is defined elsewhere");
        }
        String name = bucket.get().replaceFirst("/.*", "");
        boolean known = sites.stream().anyMatch(site -> site.bucket().equals(name));
        return known
                ? DoctorFinding.ok("ALOFT_BUCKET is the bucket of a site")
                : DoctorFinding.failed(
                        Failure.Code.CONFIGURATION,
                        "ALOFT_BUCKET is " + bucket.get() + ", which is no site's bucket",
                        "correct it in wp-config.php, or bucket of the [[site]]");
    }

    private static DoctorFinding switchedOn(Path folder) throws IOException {
        Path composer = folder.resolve("composer.json");
        boolean off = Files.isReadable(composer)
                && SWITCHED_OFF.matcher(Files.readString(composer)).find();
        return off
                ? DoctorFinding.failed(
                        Failure.Code.CONFIGURATION,
                        composer + " switches uploads in S3 off",
                        "remove extra.altis.modules.cloud.s3-uploads, or set it to true")
                : DoctorFinding.ok("uploads in S3 are switched on");
    }

    private static Optional<String> constant(Path folder, String name) throws IOException {
        Path config = folder.resolve("wp-config.php");
        if (!Files.isReadable(config)) {
            return Optional.empty();
        }
        Matcher definition = Pattern.compile("define\\(\\s*['\"]" + name + "['\"]\\s*,\\s*['\"]([^'\"]*)['\"]")
                .matcher(Files.readString(config));
        return definition.find() ? Optional.of(definition.group(1)) : Optional.empty();
    }
}
