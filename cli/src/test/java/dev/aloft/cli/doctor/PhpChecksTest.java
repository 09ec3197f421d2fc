package dev.aloft.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.cli.doctor.DoctorFinding.Grade;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The checks of PHP's settings, with one of them wrong.
@Tag("unit")
final class PhpChecksTest {

    /// A setting of PHP that is wrong by itself.
    ///
    /// @param value null where the setting is missing
    record PhpFault(String setting, @Nullable String value, String check, String remedy) {}

    static Stream<PhpFault> phpFaults() {
        return Stream.of(
                new PhpFault("PHP Version", "8.0.30", "php version", "install PHP 8.1"),
                new PhpFault("file_uploads", "Off", "php uploads", "file_uploads = On"),
                new PhpFault("max_file_uploads", "0", "php uploads", "max_file_uploads = 20"),
                new PhpFault("upload_max_filesize", "1G", "php uploads", "post_max_size to more than 1G"),
                new PhpFault("memory_limit", "32M", "php memory", "memory_limit = 128M"),
                new PhpFault("allow_url_include", "On", "php code", "allow_url_include = Off"),
                new PhpFault("disable_functions", "exec,stream_socket_client", "php functions", "remove it"),
                new PhpFault("opcache.enable", null, "php opcache", "install OPcache"),
                new PhpFault("GD Support", null, "php pictures", "install php-imagick"));
    }

    @ParameterizedTest
    @MethodSource("phpFaults")
    void aFaultOfPhpIsFound(PhpFault fault) throws Exception {
        Map<String, String> settings = new LinkedHashMap<>(Map.of(
                "PHP Version", "8.4.10-1~deb13u1",
                "file_uploads", "On => On",
                "max_file_uploads", "20 => 20",
                "upload_max_filesize", "2M => 2M",
                "post_max_size", "8M => 8M",
                "memory_limit", "-1 => -1",
                "allow_url_include", "Off => Off",
                "disable_functions", "no value => no value",
                "opcache.enable", "On => On",
                "GD Support", "enabled"));
        assertThat(phpFindings(settings).byCheck().values()).allMatch(finding -> finding.grade() == Grade.OK);
        if (fault.value() == null) {
            settings.remove(fault.setting());
        } else {
            settings.put(fault.setting(), fault.value());
        }

        DoctorFinding found = phpFindings(settings).get(fault.check());

        assertThat(found.grade()).isNotEqualTo(Grade.OK);
        assertThat(found.remedy()).contains(fault.remedy());
    }

    private static Findings phpFindings(Map<String, String> settings) throws InterruptedException {
        StringBuilder text = new StringBuilder("phpinfo()\n");
        settings.forEach((name, value) -> text.append(name + " => " + value + "\n"));
        return Findings.of(new PhpChecks(PhpSettings.parse("php-fpm", text.toString()), false).checks());
    }
}
