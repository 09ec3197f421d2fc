package dev.aloft.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.doctor.DoctorFinding.Grade;
import dev.aloft.server.edge.Tls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What `aloft doctor` says of folders, limits and certificates of the machine.
@Timeout(300)
final class MachineChecksTest extends DoctorFixture {

    @Test
    void aSocketFolderThatCannotBeUsedIsFound() throws Exception {
        Files.writeString(folder.resolve("file"), "");
        assertMachine(healthy().replace("aloft.sock", "file/aloft.sock"), "socket folder", "choose another socket");
        assertMachine(healthy().replace("\"root\"", "\"no-such-group\""), "socket folder", "set socket_group");
    }

    @Test
    void aCacheFolderThatCannotBeUsedIsFound() throws Exception {
        Path open = Files.createDirectory(folder.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxr-x"));
        assertMachine(healthy().replace("/cache\"", "/none\""), "cache folder", "install -d");
        assertMachine(healthy().replace("/cache\"", "/open\""), "cache folder", "chmod 0700");
        assertMachine(healthy().replace("104857600", "99999999999999999"), "cache folder", "lower cache_folder_bytes");
    }

    @Test
    void aLogThatCannotBeWrittenIsFound() throws Exception {
        assertMachine(healthy().replace("/access.log", "/none/access.log"), "access log", "change access_log");
    }

    private static void assertMachine(String configuration, String check, String remedy) throws Exception {
        Configuration read = Configuration.read(write("machine.toml", configuration), Map.of());
        DoctorFinding found =
                Findings.of(MachineChecks.of(read.sites(), read.edge())).get(check);
        assertThat(found.grade()).isNotEqualTo(Grade.OK);
        assertThat(found.remedy()).contains(remedy);
    }

    @Test
    void aLowLimitOfOpenFilesIsFound() {
        assertThat(MachineChecks.openFiles(
                                "Max open files            1024                 4096                 files\n")
                        .remedy())
                .contains("LimitNOFILE=65536");
    }

    @Test
    void aCertificateThatEndsOrIsNoneIsFound() throws Exception {
        Path key = folder.resolve("key.pem");
        Path certificate = folder.resolve("certificate.pem");
        Process openssl = new ProcessBuilder(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:P-256",
                        "-nodes",
                        "-days",
                        "30",
                        "-subj",
                        "/CN=shop.test",
                        "-keyout",
                        key.toString(),
                        "-out",
                        certificate.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(openssl.waitFor()).isZero();
        Tls tls = new Tls(certificate, key);
        Instant now = Instant.now();

        assertThat(MachineChecks.certificate(tls, now).grade()).isEqualTo(Grade.OK);
        assertThat(MachineChecks.certificate(tls, now.plus(Duration.ofDays(20))).grade())
                .isEqualTo(Grade.WARNING);
        assertThat(MachineChecks.certificate(tls, now.plus(Duration.ofDays(31))).remedy())
                .contains("renew");
        assertThat(MachineChecks.certificate(new Tls(write("no.pem", "nothing"), key), now)
                        .remedy())
                .contains("tls_certificate");
        assertThat(MachineChecks.certificate(new Tls(certificate, folder.resolve("none.pem")), now)
                        .remedy())
                .contains("tls_key");
    }
}
