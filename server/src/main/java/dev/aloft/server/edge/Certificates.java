package dev.aloft.server.edge;

import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Shows new connections the certificate that is on disk: the files are looked at once a minute. Files that are invalid
/// or half written are logged, and the previous certificate stays in use.
final class Certificates extends AbstractLifeCycle {

    static final long INTERVAL_SECONDS = 60;

    /// Mozilla's "intermediate" configuration, without its finite-field Diffie-Hellman: forward secrecy, no CBC.
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private static final String[] CIPHER_SUITES = {
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"
    };

    private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);

    private final Tls files;
    private final Scheduler scheduler;
    private final SslContextFactory.Server context = new SslContextFactory.Server();
    private FileTime used;

    Certificates(Tls files, Scheduler scheduler) throws IOException {
        this.files = files;
        this.scheduler = scheduler;
        this.used = files.written();
        context.setIncludeProtocols(PROTOCOLS);
        context.setIncludeCipherSuites(CIPHER_SUITES);
        context.setUseCipherSuitesOrder(false); // All are secure; the client knows which one is fast on it.
        use();
    }

    SslContextFactory.Server context() {
        return context;
    }

    private void use() throws IOException {
        context.setKeyStore(files.read());
        context.setKeyStorePassword("");
    }

    @Override
    protected void doStart() {
        lookLater();
    }

    private void lookLater() {
        scheduler.schedule(this::lookAndGoOn, INTERVAL_SECONDS, TimeUnit.SECONDS);
    }

    private void lookAndGoOn() {
        if (isRunning()) {
            look();
            lookLater();
        }
    }

    /// Reloads the files if they have changed.
    synchronized void look() {
        try {
            FileTime written = files.written();
            if (!written.equals(used)) {
                var fresh = files.read();
                context.reload(c -> {
                    c.setKeyStore(fresh);
                    c.setKeyStorePassword("");
                });
                used = written;
                LOG.info("using the new certificate in {}", files.certificate());
            }
        } catch (Exception e) {
            LOG.warn("keeping the previous certificate: {}", e.getMessage());
        }
    }
}
