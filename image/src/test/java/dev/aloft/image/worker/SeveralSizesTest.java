package dev.aloft.image.worker;

import static dev.aloft.image.worker.Specimen.decoded;
import static dev.aloft.image.worker.Specimen.made;
import static dev.aloft.image.worker.Specimen.psnr;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.image.Compatibility;
import dev.aloft.image.Parameters;
import dev.aloft.image.Recipe;
import dev.aloft.image.RenderRequest.Outcome;
import dev.aloft.image.Rendition;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Renditions of one decoding equal those made alone.
final class SeveralSizesTest {

    /// No palettes: their dithering is not deterministic.
    private static final List<String> QUERIES = List.of(
            "w=1200&webp=1",
            "w=600&webp=1",
            "w=150&webp=1",
            "w=20&webp=1",
            "resize=150,150&webp=1",
            "crop=50,50,50,50&w=100&webp=1",
            "lb=200,200&webp=1");

    @Test
    void theyLookLikeThoseMadeAlone() throws Exception {
        BufferedImage photograph = Specimen.photograph(1600, 1200);
        for (byte[] original : List.of(
                Specimen.saved(photograph, "jpegsave_buffer"),
                Specimen.saved(photograph, "pngsave_buffer"),
                Specimen.film(
                        List.of(Specimen.photograph(400, 300), Specimen.photograph(400, 300)), "gifsave_buffer"))) {
            List<Recipe> recipes = QUERIES.stream()
                    .map(query -> Recipe.parse(Parameters.of(query), List.of(), Compatibility.STANDARD))
                    .toList();
            List<Outcome> together = Specimen.RENDERER.render(new ByteArrayInputStream(original), recipes);
            for (int i : IntStream.range(0, recipes.size()).toArray()) {
                Rendition alone = made(original, QUERIES.get(i));
                Rendition one = together.get(i).orThrow();
                assertThat(one.size()).as(QUERIES.get(i)).isEqualTo(alone.size());
                assertThat(one.frames()).isEqualTo(alone.frames());
                assertThat(psnr(decoded(one.bytes()), decoded(alone.bytes())))
                        .as(QUERIES.get(i))
                        .isGreaterThan(30);
            }
        }
    }
}
