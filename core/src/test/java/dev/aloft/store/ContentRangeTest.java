package dev.aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import dev.aloft.store.StoreException.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Content-Range is read strictly, and an answer that breaks it is a clear error.
final class ContentRangeTest {

    @Test
    void headerIsReadAndWritten() {
        assertThat(ContentRange.parse("bytes 2-9/100")).contains(new ContentRange(2, 9, 100));
        assertThat(ContentRange.parse("Bytes 0-0/1")).contains(new ContentRange(0, 0, 1));
        assertThat(ContentRange.of(ByteRange.of(2, 9), 100).header()).isEqualTo("bytes 2-9/100");
        assertThat(ContentRange.unsatisfied(100)).isEqualTo("bytes */100");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes 0-9/*",
                "bytes */100",
                "bytes 9-2/100",
                "bytes 0-100/100",
                "bytes 0-9/",
                "bytes -9/100",
                "bytes=0-9/100",
                "lines 0-9/100",
                "bytes 0-9/99999999999999999999",
                "bytes 0-9/100, 20-29/100"
            })
    void everyOtherHeaderIsNone(String header) {
        assertThat(ContentRange.parse(header)).isEmpty();
    }

    @Test
    void answerWithoutTheSizeOfTheObjectIsAClearError() throws IOException {
        HttpServer lenient = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        lenient.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("ETag", "\"1\"");
            exchange.getResponseHeaders().add("Last-Modified", "Sun, 29 Nov 2026 08:00:00 GMT");
            exchange.getResponseHeaders().add("Content-Range", "bytes 0-9/*");
            exchange.sendResponseHeaders(206, 10);
            exchange.getResponseBody().write(new byte[10]);
            exchange.close();
        });
        lenient.start();
        URI endpoint = URI.create("http://127.0.0.1:" + lenient.getAddress().getPort());
        try (Store store = Store.open(StoreSettings.at(Provider.OTHER, endpoint), "aloft", "not-a-secret")) {
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> store.bucket("media")
                            .read(ObjectKey.of("cat.jpg"), ByteRange.of(5, 9), null, Duration.ZERO))
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.BAD_ANSWER))
                    .withMessage("cannot read s3://media/cat.jpg: expected a Content-Range of bytes FIRST-LAST/SIZE,"
                            + " got \"bytes 0-9/*\"");
        } finally {
            lenient.stop(0);
        }
    }
}
