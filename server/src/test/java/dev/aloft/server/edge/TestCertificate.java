package dev.aloft.server.edge;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Certificates that openssl signs with their own keys.
public final class TestCertificate {

    private TestCertificate() {}

    /// Writes one, valid for two days, and its key.
    ///
    /// @param kind of the key, as openssl names it: `rsa:2048`, `ed25519`; or a curve, as in `ec:prime256v1`
    public static Tls create(Path folder, String name, String kind) throws IOException, InterruptedException {
        Tls files = new Tls(folder.resolve("cert.pem"), folder.resolve("key.pem"));
        List<String> command = new ArrayList<>(List.of("openssl", "req", "-x509", "-nodes", "-days", "2", "-newkey"));
        command.addAll(
                kind.startsWith("ec:")
                        ? List.of("ec", "-pkeyopt", "ec_paramgen_curve:" + kind.substring(3))
                        : List.of(kind));
        command.addAll(List.of("-subj", "/CN=" + name));
        command.addAll(List.of("-out", files.certificate() + "", "-keyout", files.key() + ""));
        Process openssl = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (openssl.waitFor() != 0) {
            throw new IOException("openssl makes no certificate in " + folder + ": " + said);
        }
        return files;
    }
}
