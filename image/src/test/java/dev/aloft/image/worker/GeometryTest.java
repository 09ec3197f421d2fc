package dev.aloft.image.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.image.Anchor.FocalPoint;
import dev.aloft.image.Anchor.Gravity;
import dev.aloft.image.Compatibility;
import dev.aloft.image.Parameters;
import dev.aloft.image.Recipe;
import dev.aloft.image.Rectangle;
import dev.aloft.image.Size;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Sizes of renditions. Tachyon's differ by at most one pixel on the free side.
@Tag("unit")
final class GeometryTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # query                      | original  | answer
            ''                           | 1280x719  | 1280x719
            w=300                        | 1280x719  | 300x169
            h=300                        | 1280x719  | 534x300
            w=300&h=300                  | 1280x719  | 300x169
            w=500&h=30                   | 1280x719  | 53x30
            w=2000                       | 1280x719  | 1280x719
            w=2000&h=100                 | 1280x719  | 178x100
            fit=300,300                  | 1280x719  | 300x169
            fit=768,431                  | 1280x719  | 767x431
            fit=200,0                    | 1280x719  | 200x112
            fit=5000,5000                | 899x446   | 899x446
            resize=300,300               | 1280x719  | 300x300
            resize=200,0                 | 1280x719  | 200x112
            resize=0,200                 | 1280x719  | 356x200
            resize=0,0                   | 1280x719  | 1280x719
            resize=5000,200              | 899x446   | 899x200
            resize=200,5000              | 899x446   | 200x446
            resize=5000,5000             | 899x446   | 899x446
            resize=300,300               | 200x400   | 200x300
            lb=300,300                   | 1280x719  | 300x300
            lb=5000,5000                 | 899x446   | 5000x5000
            lb=300,0                     | 1280x719  | 300x169
            crop=0,0,50,50               | 1280x720  | 640x360
            crop=0,0,50,50&w=100         | 1280x720  | 100x56
            crop=0,0,50,50&w=100&h=100   | 1280x720  | 100x100
            crop=10px,10px,100px,50px    | 1280x720  | 100x50
            crop=90,90,50,50             | 1280x720  | 128x72
            crop=0,0,0,0                 | 1280x720  | 1280x720
            crop=100,100,10,10           | 1280x720  | 1280x720
            crop=2000px,0,10px,10px      | 1280x720  | 1280x720
            crop=25,25,50,50&resize=9,9  | 1280x720  | 9x9
            w=100&zoom=2                 | 1280x720  | 200x113
            w=101&zoom=1.5               | 1280x720  | 152x86
            resize=100,100&zoom=50       | 1280x720  | 1280x720
            w=1                          | 20000x1   | 1x1
            w=300                        | 1x1       | 1x1
            h=1                          | 1x20000   | 1x1
            """)
    void theAnswerHasThisSize(String query, String original, String answer) {
        RenderPlan plan = Geometry.plan(size(original), Orientation.UPRIGHT, recipe(query, Compatibility.STANDARD));
        assertThat(plan.answer()).isEqualTo(size(answer));
    }

    @ParameterizedTest
    @EnumSource(Orientation.class)
    void sizesAndCutsAreOfTheUprightPicture(Orientation orientation) {
        Size stored = orientation.turnsSides() ? new Size(300, 400) : new Size(400, 300);
        RenderPlan whole = Geometry.plan(stored, orientation, recipe("w=200", Compatibility.STANDARD));
        assertThat(whole.answer()).isEqualTo(new Size(200, 150));
        RenderPlan cut = Geometry.plan(stored, orientation, recipe("crop=0,0,25,50", Compatibility.STANDARD));
        assertThat(cut.answer()).isEqualTo(new Size(100, 150));
        assertThat(orientation.upright(cut.cut().size())).isEqualTo(new Size(100, 150));
    }

    @Test
    void strictlyPercentagesAreOfTheStoredPicture() {
        RenderPlan plan =
                Geometry.plan(new Size(300, 400), Orientation.LEFT, recipe("crop=0,0,50,50", Compatibility.STRICT));
        assertThat(plan.answer()).isEqualTo(new Size(150, 200));
    }

    @ParameterizedTest
    @CsvSource({
        "CENTER, 50, 50",
        "NORTH, 50, 0",
        "NORTHEAST, 100, 0",
        "EAST, 100, 50",
        "SOUTHEAST, 100, 100",
        "SOUTH, 50, 100",
        "SOUTHWEST, 0, 100",
        "WEST, 0, 50",
        "NORTHWEST, 0, 0"
    })
    void gravityPlacesTheBox(Gravity gravity, int left, int top) {
        assertThat(gravity.place(new Size(200, 200), new Size(100, 100))).isEqualTo(new Rectangle(left, top, 100, 100));
    }

    @Test
    void aFocalPointIsInTheMiddleAsFarAsTheBordersAllow() {
        Size picture = new Size(400, 100);
        Size box = new Size(100, 100);
        assertThat(new FocalPoint(0.5, 0.5).place(picture, box).left()).isEqualTo(150);
        assertThat(new FocalPoint(0, 0).place(picture, box).left()).isZero();
        assertThat(new FocalPoint(0.9, 1).place(picture, box).left()).isEqualTo(300);
    }

    @ParameterizedTest
    @CsvSource({"w=1000, 1", "w=500, 2", "w=251, 2", "w=250, 4", "w=125, 8", "w=1, 8", "'crop=0,0,50,50&w=250', 2"})
    void aDecoderShrinksByWhatLeavesEnough(String query, int factor) {
        RenderPlan plan =
                Geometry.plan(new Size(1000, 800), Orientation.UPRIGHT, recipe(query, Compatibility.STANDARD));
        assertThat(plan.shrink(1)).isEqualTo(factor);
    }

    @Test
    void whateverIsAskedNothingIsEnlargedAndTheBoxIsWithinThePicture() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> forms = List.of("w=%d&h=%d", "fit=%d,%d", "resize=%d,%d", "crop=%d,%d,50,50&w=%1$d");
        for (int i = 0; i < 20_000; i++) {
            Size stored = new Size(1 + random.nextInt(3000), 1 + random.nextInt(3000));
            Orientation orientation = Orientation.of(1 + random.nextInt(8));
            String query = forms.get(i % forms.size()).formatted(random.nextInt(2000), random.nextInt(2000));
            RenderPlan plan = Geometry.plan(stored, orientation, recipe(query, Compatibility.STANDARD));
            String message = "seed %d: %s of %s %s".formatted(seed, query, stored, orientation);
            assertThat(contains(plan.cut().size(), plan.scaled())).as(message).isTrue();
            assertThat(contains(orientation.upright(plan.scaled()), plan.box()))
                    .as(message)
                    .isTrue();
            assertThat(contains(stored, plan.cut().size())).as(message).isTrue();
            Size shrunk = new Size(
                    Math.max(1, stored.width() / plan.shrink(1)), Math.max(1, stored.height() / plan.shrink(1)));
            Rectangle cut = plan.cut().scaled(stored, shrunk);
            assertThat(cut.left() + cut.width()).as(message).isLessThanOrEqualTo(shrunk.width());
            assertThat(cut.top() + cut.height()).as(message).isLessThanOrEqualTo(shrunk.height());
        }
    }

    private static Recipe recipe(String query, Compatibility compatibility) {
        return Recipe.parse(Parameters.of(query), List.of(), compatibility);
    }

    @ParameterizedTest
    @CsvSource({
        "w=50%, 640x360",
        "h=25%, 320x180",
        "w=50%&h=10%, 128x72",
        "w=50%&h=72&crop=1, 640x72",
        "w=200%, 1280x720",
        "w=0%, 1280x720",
        "w=1.5%, 1280x720"
    })
    void sidesMayBePartsOfThePicture(String query, String size) {
        RenderPlan plan = Geometry.plan(
                new Size(1280, 720),
                Orientation.UPRIGHT,
                Recipe.parse(Parameters.of(query), List.of(), Compatibility.PHOTON));
        assertThat(plan.answer()).hasToString(size);
    }

    private static boolean contains(Size outer, Size inner) {
        return inner.width() <= outer.width() && inner.height() <= outer.height();
    }

    private static Size size(String text) {
        int x = text.indexOf('x');
        return new Size(Integer.parseInt(text.substring(0, x)), Integer.parseInt(text.substring(x + 1)));
    }
}
