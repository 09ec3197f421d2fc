package dev.aloft.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

final class ListenerTest {

    @Test
    void onlyAnAddressThatCannotBeListenedOnIsReportedAsOne() {
        assertThat(failure(new IOException("Failed to bind", new BindException("Address already in use"))))
                .isInstanceOf(BindException.class)
                .hasMessage("cannot serve on 127.0.0.1:80: Address already in use");
        assertThat(failure(new UnresolvedAddressException()))
                .isInstanceOf(BindException.class)
                .hasMessageEndingWith("there is no such host");

        IOException missing = new NoSuchFileException("/var/log/aloft/access.log");
        assertThat(failure(missing)).isSameAs(missing);
        assertThat(failure(new IllegalStateException("no threads")))
                .isNotInstanceOf(BindException.class)
                .hasMessage("cannot start the server of 127.0.0.1:80: java.lang.IllegalStateException: no threads");
    }

    private static IOException failure(Exception cause) {
        return Listener.failure("127.0.0.1", 80, cause);
    }
}
