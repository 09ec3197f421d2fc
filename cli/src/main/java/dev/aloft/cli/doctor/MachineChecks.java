package dev.aloft.cli.doctor;

import dev.aloft.cli.configuration.EdgeConfiguration;
import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.Sizes;
import dev.aloft.server.edge.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Checks of `aloft doctor` that need this machine only: limits, folders and the certificate.
final class MachineChecks {

    /// Clients of an edge, its files, and connections to S3.
    static final long MIN_OPEN_FILES = 16_384;

    static final Duration CERTIFICATE_NOTICE = Duration.ofDays(14);

    private static final Pattern OPEN_FILES = Pattern.compile("(?m)^Max open files +(\\d+)");

    private MachineChecks() {}

    /// @param sites that the host's agent serves
    /// @param served the host's edge, if it has one
    static List<DoctorCheck> of(List<SiteConfiguration> sites, Optional<EdgeConfiguration> served) {
        List<DoctorCheck> checks = new ArrayList<>();
        checks.add(new DoctorCheck("open files", () -> openFiles(Files.readString(Path.of("/proc/self/limits")))));
        for (SiteConfiguration site : sites) {
            checks.add(new DoctorCheck("socket folder", () -> socketFolder(site)));
        }
        served.ifPresent(edge -> {
            edge.cache()
                    .folder()
                    .ifPresent(folder -> checks.add(new DoctorCheck(
                            "cache folder",
                            () -> cacheFolder(folder, edge.cache().diskBytes()))));
            edge.operators()
                    .accessLog()
                    .ifPresent(log -> checks.add(new DoctorCheck("access log", () -> accessLog(log))));
            edge.tls()
                    .ifPresent(tls ->
                            checks.add(new DoctorCheck("certificate", () -> certificate(tls, Instant.now()))));
        });
        return checks;
    }

    static DoctorFinding openFiles(String limits) {
        Matcher soft = OPEN_FILES.matcher(limits);
        if (!soft.find() || Long.parseLong(soft.group(1)) >= MIN_OPEN_FILES) {
            return DoctorFinding.ok("the limit of open files is " + (soft.hasMatch() ? soft.group(1) : "unlimited"));
        }
        return DoctorFinding.warning(
                "this shell's limit of open files is " + soft.group(1),
                "give the service LimitNOFILE=65536, as the package's unit does");
    }

    private static DoctorFinding socketFolder(SiteConfiguration site) throws Failure, IOException {
        return DoctorFinding.ok("a socket can be created in " + site.requireSocketFolder());
    }

    static DoctorFinding cacheFolder(Path folder, long bytes) throws IOException {
        if (!Files.isDirectory(folder)) {
            return DoctorFinding.failed(
                    Failure.Code.MACHINE,
                    "there is no folder " + folder + " for cache_folder",
                    "as root: install -d -m 0700 -o aloft " + folder);
        }
        if (!Files.isWritable(folder)) {
            return DoctorFinding.failed(
                    Failure.Code.MACHINE,
                    "the user " + System.getProperty("user.name") + " cannot write to " + folder,
                    "as root: chown aloft " + folder + ", and run this command as the user of the service");
        }
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(folder);
        if (mode.contains(PosixFilePermission.GROUP_WRITE) || mode.contains(PosixFilePermission.OTHERS_WRITE)) {
            return DoctorFinding.failed(
                    Failure.Code.MACHINE,
                    "others may write to " + folder + ", so nothing in it is trusted",
                    "as root: chmod 0700 " + folder);
        }
        FileStore disk = Files.getFileStore(folder);
        if (disk.getTotalSpace() < bytes) {
            return DoctorFinding.warning(
                    "the disk of " + folder + " has " + Sizes.of(disk.getTotalSpace()) + ", less than the "
                            + Sizes.of(bytes) + " of cache_folder_bytes",
                    "lower cache_folder_bytes, or use a larger disk");
        }
        return DoctorFinding.ok(folder + " can be written and has room");
    }

    static DoctorFinding accessLog(Path log) {
        Path folder = log.toAbsolutePath().getParent();
        boolean writable = Files.exists(log) ? Files.isWritable(log) : folder != null && Files.isWritable(folder);
        return writable
                ? DoctorFinding.ok(log + " can be written")
                : DoctorFinding.failed(
                        Failure.Code.MACHINE,
                        "the user " + System.getProperty("user.name") + " cannot write " + log,
                        "as root: install -d -o aloft " + folder + ", or change access_log");
    }

    static DoctorFinding certificate(Tls tls, Instant now) throws IOException {
        X509Certificate certificate;
        try (InputStream in = Files.newInputStream(tls.certificate())) {
            certificate =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (CertificateException e) {
            return DoctorFinding.failed(
                    Failure.Code.CONFIGURATION,
                    tls.certificate() + " is no certificate in PEM: " + e.getMessage(),
                    "name the certificate chain in tls_certificate");
        }
        if (!Files.isReadable(tls.key())) {
            return DoctorFinding.failed(
                    Failure.Code.MACHINE,
                    "the user " + System.getProperty("user.name") + " cannot read " + tls.key(),
                    "let the user of the service read tls_key");
        }
        Instant end = certificate.getNotAfter().toInstant();
        if (end.isBefore(now)) {
            return DoctorFinding.failed(
                    Failure.Code.MACHINE, tls.certificate() + " expired on " + end, "renew the certificate");
        }
        return end.isBefore(now.plus(CERTIFICATE_NOTICE))
                ? DoctorFinding.warning(tls.certificate() + " expires on " + end, "renew the certificate")
                : DoctorFinding.ok(tls.certificate() + " is valid until " + end);
    }
}
