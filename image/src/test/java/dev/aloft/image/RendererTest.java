package dev.aloft.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Pictures, made of pictures.
final class RendererTest {

    private static final Library LIBRARY = Library.load(List.of(WorkshopSettings.SYSTEM_LIBRARY));
    private static final Renderer RENDERER = new Renderer(LIBRARY, Limits.DEFAULT);

    @Test
    void aPhotographBecomesSmaller() throws Exception {
        byte[] original = Specimen.jpeg(1280, 719);
        Rendition rendition = render(original, "w=300");
        assertThat(rendition.format()).isEqualTo(Format.JPEG);
        assertThat(rendition.size()).isEqualTo(new Size(300, 169));
        assertThat(Specimen.size(rendition.bytes())).isEqualTo(new Size(300, 169));
    }

    private static Rendition render(byte[] original, String query) throws PictureException {
        Recipe recipe = Recipe.parse(Parameters.of(query), List.of(), Compatibility.BETTER);
        return RENDERER.render(new ByteArrayInputStream(original), List.of(recipe))
                .getFirst()
                .orThrow();
    }
}
