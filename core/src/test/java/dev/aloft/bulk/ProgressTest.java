package dev.aloft.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Counters of an operation, and the time that it has left.
final class ProgressTest {

    private final Progress progress = new Progress();

    @Test
    void theTimeLeftFollowsFromTheFilesThatAreDone() {
        progress.begin("copying files", 4);
        assertThat(progress.left()).as("nothing is done").isEmpty();

        progress.copied(10);
        Duration one = progress.elapsed();

        assertThat(progress.left().orElseThrow()).isGreaterThanOrEqualTo(one.multipliedBy(3));
        progress.passed();
        progress.passed();
        progress.passed();
        assertThat(progress.left()).contains(Duration.ZERO);
        progress.passed();
        assertThat(progress.left()).as("there are more than expected").isEmpty();
    }

    @Test
    void aPartOfUnknownSizeHasNoTimeLeft() {
        progress.begin("copying files", 4);
        progress.begin("deleting files");
        progress.passed();
        assertThat(progress.left()).isEmpty();
        assertThat(progress.expected()).isEmpty();
    }

    @Test
    void theBytesOfAStreamAreCounted() throws IOException {
        progress.beginStream("loading the dump", 100);
        progress.counting(new ByteArrayInputStream(new byte[60])).transferTo(OutputStream.nullOutputStream());
        progress.counting(OutputStream.nullOutputStream()).write(new byte[30]);
        progress.counting(OutputStream.nullOutputStream()).write(0);
        int end = progress.counting(new ByteArrayInputStream(new byte[0])).read();

        assertThat(end).isEqualTo(-1);
        assertThat(progress.bytes()).isEqualTo(91);
        assertThat(progress.isStream()).isTrue();
        assertThat(progress.left()).isPresent();
    }
}
