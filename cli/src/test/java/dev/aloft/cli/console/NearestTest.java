package dev.aloft.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class NearestTest {

    private static final List<String> KEYS = List.of("bucket", "prefix", "socket", "socket_group", "url_secret");

    @Test
    void aSlipOfTheFingerFindsTheKeyThatWasMeant() {
        assertThat(Nearest.to("buckte", KEYS)).hasValue("bucket");
        assertThat(Nearest.to("buket", KEYS)).hasValue("bucket");
        assertThat(Nearest.to("soket_group", KEYS)).hasValue("socket_group");
        assertThat(Nearest.to("url_secrets", KEYS)).hasValue("url_secret");
    }

    @Test
    void theNearerOfTwoKeysIsMeant() {
        assertThat(Nearest.to("bocket", KEYS)).hasValue("bucket");
        assertThat(Nearest.to("socke", KEYS)).hasValue("socket");
    }

    @Test
    void aKeyThatIsLikeNoOtherSuggestsNothing() {
        assertThat(Nearest.to("colour", KEYS)).isEmpty();
        assertThat(Nearest.to("x", KEYS)).isEmpty();
        assertThat(Nearest.to("bucket", List.of())).isEmpty();
    }
}
