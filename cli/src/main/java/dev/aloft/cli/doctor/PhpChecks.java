package dev.aloft.cli.doctor;

import dev.aloft.cli.console.Failure;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Checks of `aloft doctor` for the PHP that runs WordPress: its version, settings and extensions.
final class PhpChecks {

    /// As the plugin requires.
    private static final int[] MIN_VERSION = {8, 1};

    /// The least that WordPress itself asks for.
    private static final long MIN_MEMORY_BYTES = 64L << 20;

    private static final String INI = " in php.ini, or for the pool of php-fpm";

    private final PhpSettings php;
    private final boolean renders;

    /// @param renders whether the agent makes the sizes of uploads
    PhpChecks(PhpSettings php, boolean renders) {
        this.php = php;
        this.renders = renders;
    }

    List<DoctorCheck> checks() {
        return List.of(
                new DoctorCheck("php version", this::version),
                new DoctorCheck("php uploads", this::uploads),
                new DoctorCheck("php memory", this::memory),
                new DoctorCheck("php code", this::code),
                new DoctorCheck("php functions", this::functions),
                new DoctorCheck("php opcache", this::opcache),
                new DoctorCheck("php pictures", this::pictures));
    }

    private DoctorFinding version() {
        String[] numbers = php.version().split("[.-]");
        int[] version = Arrays.stream(numbers)
                .limit(2)
                .filter(number -> number.matches("\\d{1,4}"))
                .mapToInt(Integer::parseInt)
                .toArray();
        return Arrays.compare(version, MIN_VERSION) >= 0
                ? DoctorFinding.ok(php.program() + " is PHP " + php.version())
                : DoctorFinding.failed(
                        Failure.Code.MACHINE,
                        php.program() + " is PHP " + php.version() + ", older than 8.1",
                        "install PHP 8.1 or later, or name another one with --php");
    }

    private DoctorFinding uploads() {
        if (!php.isOn("file_uploads") || php.bytes("max_file_uploads") < 1) {
            return DoctorFinding.failed(
                    Failure.Code.MACHINE,
                    "PHP accepts no uploads: file_uploads or max_file_uploads is 0",
                    "set file_uploads = On and max_file_uploads = 20" + INI);
        }
        String file = php.value("upload_max_filesize").orElse("");
        String body = php.value("post_max_size").orElse("");
        long limit = php.bytes("post_max_size");
        return limit > 0 && php.bytes("upload_max_filesize") > limit
                ? DoctorFinding.warning(
                        "upload_max_filesize is " + file + ", more than the " + body + " of post_max_size",
                        "set post_max_size to more than " + file + INI)
                : DoctorFinding.ok("uploads of up to " + file + ", requests of up to " + body);
    }

    private DoctorFinding memory() {
        String limit = php.value("memory_limit").orElse("none");
        long bytes = php.bytes("memory_limit");
        return bytes > 0 && bytes < MIN_MEMORY_BYTES
                ? DoctorFinding.warning("memory_limit is " + limit, "set memory_limit = 128M or more" + INI)
                : DoctorFinding.ok("memory_limit is " + limit);
    }

    private DoctorFinding code() {
        return php.isOn("allow_url_include")
                ? DoctorFinding.failed(
                        Failure.Code.MACHINE,
                        "allow_url_include is on: PHP executes code from other servers",
                        "set allow_url_include = Off" + INI)
                : DoctorFinding.ok("no code from URLs is executed");
    }

    private DoctorFinding functions() {
        Optional<String> disabled = php.value("disable_functions")
                .filter(names -> Arrays.asList(names.split("[, ]+")).contains("stream_socket_client"));
        return disabled.isPresent()
                ? DoctorFinding.failed(
                        Failure.Code.MACHINE,
                        "disable_functions contains stream_socket_client, by which the plugin reaches the agent",
                        "remove it from disable_functions" + INI)
                : DoctorFinding.ok("the plugin can reach the agent");
    }

    private DoctorFinding opcache() {
        return php.isOn("opcache.enable")
                ? DoctorFinding.ok("compiled code is kept")
                : DoctorFinding.warning(
                        "OPcache is missing or off: PHP compiles WordPress for each request",
                        "install OPcache, and set opcache.enable = 1" + INI);
    }

    private DoctorFinding pictures() {
        List<String> extensions =
                List.of("imagick", "gd").stream().filter(this::has).toList();
        if (!extensions.isEmpty()) {
            return DoctorFinding.ok("WordPress can edit pictures with " + String.join(" and ", extensions));
        }
        return renders
                ? DoctorFinding.ok("no imagick and no gd: the agent makes the sizes of uploads")
                : DoctorFinding.warning(
                        "PHP has neither imagick nor gd, so WordPress makes no sizes of pictures",
                        "install php-imagick or php-gd, or set enabled = true in [pictures]");
    }

    private boolean has(String extension) {
        return php.value(extension.equals("gd") ? "GD Support" : "imagick module")
                .filter("enabled"::equals)
                .isPresent();
    }
}
