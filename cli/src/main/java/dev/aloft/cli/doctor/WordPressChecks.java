package dev.aloft.cli.doctor;

import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.console.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Checks of `aloft doctor` for the WordPress in a folder: the plugin, its constants and its switch. The files are
/// read, PHP is not run.
final class WordPressChecks {

    private static final Pattern SWITCHED_OFF = Pattern.compile("\"s3-uploads\"\\s*:\\s*false");

    private WordPressChecks() {}

    static List<DoctorCheck> of(Path folder, Configuration configuration) {
        return List.of(
                new DoctorCheck("wordpress plugin", () -> plugin(folder)),
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
