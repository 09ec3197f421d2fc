package dev.aloft.server.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.fleet.FleetMessage.Change;
import dev.aloft.server.fleet.FleetMessage.Kind;
import dev.aloft.store.ObjectKey;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
final class FleetMessageTest {

    static Stream<FleetMessage> messages() {
        return Stream.of(
                new FleetMessage(Kind.CHANGE, "a", 1, 7, new Change("media", ObjectKey.of("uploads/two  words é.jpg"))),
                new FleetMessage(Kind.ALIVE, "a", Long.MAX_VALUE, 7, null),
                new FleetMessage(Kind.LEAVING, "a", 0, 7, null));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aMessageIsReadAsItWasWritten(FleetMessage message) {
        assertThat(FleetMessage.parse(message.text())).contains(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "CHANGE",
                "CHANGE a 1 7 media",
                "CHANGE a 1 7 media ",
                "ALIVE a 1",
                "ALIVE a b 7",
                "NEWS a 1 7"
            })
    void anotherTextIsNoMessage(String text) {
        assertThat(FleetMessage.parse(text)).isEmpty();
    }

    @Test
    void aMessageOfAnotherVersionMayHaveMoreWords() {
        assertThat(FleetMessage.parse("ALIVE a 7 8 more"))
                .hasValueSatisfying(message -> assertThat(message.sequence()).isEqualTo(7));
    }
}
