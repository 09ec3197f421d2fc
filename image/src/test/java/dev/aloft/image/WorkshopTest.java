package dev.aloft.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Pictures, made in another process.
final class WorkshopTest {

    private static final Workshop WORKSHOP = Workshop.open(WorkshopSettings.standard());

    @AfterAll
    static void close() {
        WORKSHOP.close();
    }

    @Test
    void aPictureIsMade() throws Exception {
        byte[] original = Specimen.jpeg(1280, 719);
        Workshop.Picture picture = WORKSHOP.render(
                "cat.jpg",
                () -> new Originals.Opened("v1", new ByteArrayInputStream(original)),
                new Order("w=300", List.of(), Compatibility.BETTER));
        assertThat(picture.version()).isEqualTo("v1");
        assertThat(Specimen.size(picture.outcome().orThrow().bytes())).isEqualTo(new Size(300, 169));
    }
}
