package dev.aloft.cli.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class ListenAddressTest {

    @Test
    void aPortAloneMeansEveryAddress() {
        assertThat(ListenAddress.parse(":8080")).hasValue(new ListenAddress("0.0.0.0", 8080));
    }

    @Test
    void anAddressIsKeptAsItIs() {
        assertThat(ListenAddress.parse("127.0.0.1:80")).hasValue(new ListenAddress("127.0.0.1", 80));
        assertThat(ListenAddress.parse("[::1]:8080")).hasValue(new ListenAddress("[::1]", 8080));
        assertThat(ListenAddress.parse("example.org:65535")).hasValue(new ListenAddress("example.org", 65535));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "8080", "127.0.0.1", "127.0.0.1:", ":65536", ":123456", "a b:80", "::1:80", "http://x:80"})
    void anythingElseIsNoAddress(String text) {
        assertThat(ListenAddress.parse(text)).isEmpty();
    }
}
