package dev.aloft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenTest {

    @Test
    void aPortAloneMeansEveryAddress() {
        assertThat(Listen.parse(":8080")).hasValue(new Listen("0.0.0.0", 8080));
    }

    @Test
    void anAddressIsKeptAsItIs() {
        assertThat(Listen.parse("127.0.0.1:80")).hasValue(new Listen("127.0.0.1", 80));
        assertThat(Listen.parse("[::1]:8080")).hasValue(new Listen("[::1]", 8080));
        assertThat(Listen.parse("example.org:65535")).hasValue(new Listen("example.org", 65535));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "8080", "127.0.0.1", "127.0.0.1:", ":65536", ":123456", "a b:80", "::1:80", "http://x:80"})
    void anythingElseIsNoAddress(String text) {
        assertThat(Listen.parse(text)).isEmpty();
    }
}
