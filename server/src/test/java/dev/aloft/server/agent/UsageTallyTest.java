package dev.aloft.server.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
final class UsageTallyTest {

    @ParameterizedTest
    @CsvSource({
        "2026/11/cat.JPG, image",
        "2026/11/cat-300x200.jpg, size",
        "2026/11/cat-300x200.pdf, document",
        "2026-300x200.jpg/cat.png, image",
        "film.mp4, video",
        "song.mp3, audio",
        "backup.tar.gz, archive",
        "README, other",
        "jpg, image",
    })
    void kindFollowsFromTheName(String name, String kind) {
        assertThat(UsageTally.kind(name)).isEqualTo(kind);
    }
}
