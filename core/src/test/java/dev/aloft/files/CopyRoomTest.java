package dev.aloft.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import org.junit.jupiter.api.Test;

final class CopyRoomTest {

    @Test
    void allCopiesTogetherTakeNoMoreThanTheLimit() {
        try (CopyRoom _ = CopyRoom.of(1).orElseThrow()) {
            assertThat(CopyRoom.of(CopyRoom.MAX_BYTES)).isEmpty();
        }
        for (int i = 0; i < 3; i++) { // what is refused or given back is not taken
            assertThat(CopyRoom.of(CopyRoom.MAX_BYTES + 1)).isEmpty();
            CopyRoom.of(1 << 20).orElseThrow().close();
        }
    }

    @Test
    void copiesTakeAQuarterOfTheFreeSpace() {
        long free = new File(System.getProperty("java.io.tmpdir")).getUsableSpace();
        assertThat(CopyRoom.of(free / 2)).isEmpty();
    }
}
