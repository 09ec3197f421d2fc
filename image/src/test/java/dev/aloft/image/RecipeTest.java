package dev.aloft.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.image.Anchor.FocalPoint;
import dev.aloft.image.Anchor.Gravity;
import dev.aloft.image.Anchor.Interest;
import dev.aloft.image.Recipe.Filter;
import dev.aloft.image.Recipe.Metadata;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Parsing of Tachyon's query grammar, including its traps.
@Tag("unit")
final class RecipeTest {

    @ParameterizedTest
    @ValueSource(strings = {"w=010", "w=100px", "w=100.5", "w=-5", "w=0", "w=", "w", "h=abc", "W=100", "unknown=1", ""})
    void aSideThatIsNoPlainNumberIsAsIfNotThere(String query) {
        assertThat(standard(query).sizing()).isEqualTo(Sizing.Original.ORIGINAL);
        assertThat(strict(query).sizing()).isEqualTo(Sizing.Original.ORIGINAL);
    }

    @ParameterizedTest
    @CsvSource({"w=100, 100, 0", "h=100, 0, 100", "w=100&h=50, 100, 50", "w=1&w=2, 2, 0", "w=99999999999, 100000000, 0"
    })
    void sidesAreABoxToFitInto(String query, int width, int height) {
        assertThat(standard(query).sizing()).isEqualTo(new Sizing.Inside(width, height));
    }

    @Test
    void withACutTheSidesAreABoxToFill() {
        assertThat(standard("crop=0,0,50,50&w=100&h=80").sizing()).isEqualTo(new Sizing.Cover(100, 80, Gravity.CENTER));
    }

    @Test
    void oneDecidesInTheOrderResizeFitLetterboxSides() {
        String all = "w=1&h=2&lb=3,4&fit=5,6&resize=7,8";
        assertThat(standard(all).sizing()).isEqualTo(new Sizing.Cover(7, 8, Gravity.CENTER));
        assertThat(standard("w=1&lb=3,4&fit=5,6").sizing()).isEqualTo(new Sizing.Inside(5, 6));
        assertThat(standard("w=1&lb=3,4").sizing()).isEqualTo(new Sizing.Letterbox(3, 4, Colour.BLACK));
        assertThat(standard("w=1&lb=3&fit=x&resize=7").sizing()).isEqualTo(new Sizing.Inside(1, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"resize=200", "resize=1,2,3", "resize=1.5,2", "resize=-1,2", "resize=a,b", "resize=100%,2"})
    void aBoxThatIsNotTwoNumbersIsAsIfNotThere(String query) {
        assertThat(standard(query).sizing()).isEqualTo(Sizing.Original.ORIGINAL);
    }

    @ParameterizedTest
    @CsvSource({"'200,0', 200, 0", "'0,200', 0, 200", "'200,100', 200, 100", "'0200,7', 200, 7", "200%2C100, 200, 100"})
    void aSideOfZeroIsFree(String box, int width, int height) {
        assertThat(standard("resize=" + box).sizing()).isEqualTo(new Sizing.Cover(width, height, Gravity.CENTER));
        assertThat(standard("fit=" + box).sizing()).isEqualTo(new Sizing.Inside(width, height));
        assertThat(standard("lb=" + box).sizing()).isEqualTo(new Sizing.Letterbox(width, height, Colour.BLACK));
    }

    @Test
    void aBoxOfZerosResizesNothingAndStillDecides() {
        assertThat(standard("resize=0,0&w=100").sizing()).isEqualTo(Sizing.Original.ORIGINAL);
    }

    @Test
    void pixelsMayBeCalledSoButTachyonCannotReadThem() {
        assertThat(standard("resize=200px,100px").sizing()).isEqualTo(new Sizing.Cover(200, 100, Gravity.CENTER));
        assertThat(strict("resize=200px,100px").sizing()).isEqualTo(Sizing.Original.ORIGINAL);
        assertThat(strict("fit=200px,100").sizing()).isEqualTo(new Sizing.Inside(0, 100));
    }

    @ParameterizedTest
    @CsvSource({
        "%23ff0000, 255, 0, 0, true",
        "%23f00, 255, 0, 0, false",
        "%23FF8000, 255, 128, 0, false",
        "ff8000, 255, 128, 0, false",
        "red, 255, 0, 0, false",
        "White, 255, 255, 255, false",
        "%23ff00, 0, 0, 0, true",
        "nocolour, 0, 0, 0, true",
        "'', 0, 0, 0, true"
    })
    void barsHaveTheBackgroundsColour(String background, int red, int green, int blue, boolean alsoStrict) {
        String query = "lb=10,10&background=" + background;
        Colour colour = new Colour(red, green, blue);
        assertThat(standard(query).sizing()).isEqualTo(new Sizing.Letterbox(10, 10, colour));
        assertThat(strict(query).sizing()).isEqualTo(new Sizing.Letterbox(10, 10, alsoStrict ? colour : Colour.BLACK));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "true", "1,2,3", "1,2,3,-4", "a,b,c,d", "1.5,2,3,4", "10%,0,0,0"})
    void aCutThatIsNotFourNumbersIsAsIfNotThere(String crop) {
        assertThat(standard("crop=" + crop).cut()).isEmpty();
        assertThat(standard("crop=" + crop + "&w=9&h=9").sizing()).isEqualTo(new Sizing.Inside(9, 9));
    }

    @Test
    void aCutMixesPercentAndPixels() {
        Size size = new Size(400, 200);
        assertThat(standard("crop=10,20px,50,100px").cut().orElseThrow().within(size, size))
                .contains(new Rectangle(40, 20, 200, 100));
    }

    @ParameterizedTest
    @CsvSource({
        "center, CENTER",
        "north, NORTH",
        "northeast, NORTHEAST",
        "east, EAST",
        "southeast, SOUTHEAST",
        "south, SOUTH",
        "southwest, SOUTHWEST",
        "west, WEST",
        "northwest, NORTHWEST",
        "centre, CENTER",
        "westsouth, CENTER",
        "NORTH, CENTER",
        "'', CENTER"
    })
    void gravityIsOneOfNineNames(String name, Gravity gravity) {
        assertThat(standard("resize=9,9&gravity=" + name).sizing()).isEqualTo(new Sizing.Cover(9, 9, gravity));
    }

    @Test
    void aStrategyComesBeforeGravityAndOnlySmartYieldsToACut() {
        assertThat(anchor("crop_strategy=entropy&gravity=north")).isEqualTo(Interest.ENTROPY);
        assertThat(anchor("crop_strategy=attention")).isEqualTo(Interest.ATTENTION);
        assertThat(anchor("crop_strategy=smart")).isEqualTo(Interest.ATTENTION);
        assertThat(anchor("crop_strategy=smarter&gravity=north")).isEqualTo(Gravity.NORTH);
        assertThat(anchor("crop_strategy=smart&gravity=north&crop=0,0,50,50")).isEqualTo(Gravity.NORTH);
        assertThat(anchor("crop_strategy=entropy&crop=0,0,50,50")).isEqualTo(Interest.ENTROPY);
    }

    @Test
    void aFocalPointComesFirst() {
        assertThat(anchor("fp-x=0.25&crop_strategy=entropy")).isEqualTo(new FocalPoint(0.25, 0.5));
        assertThat(anchor("fp-x=1.5")).isEqualTo(Gravity.CENTER);
        assertThat(((Sizing.Cover) strict("resize=9,9&fp-x=0.25").sizing()).anchor())
                .isEqualTo(Gravity.CENTER);
    }

    @ParameterizedTest
    @CsvSource({
        "zoom=2, 200, 100", "zoom=1.5, 150, 75", "zoom=0, 100, 50", "zoom=0.5, 50, 25", "zoom=-2, 100, 50",
        "zoom=x, 100, 50", "zoom=, 100, 50", "zoom=1., 100, 50", "dpr=2, 200, 100", "dpr=99, 800, 400",
        "zoom=2&dpr=2, 400, 200"
    })
    void zoomMultipliesEveryBox(String zoom, int width, int height) {
        assertThat(standard("w=100&h=50&" + zoom).sizing()).isEqualTo(new Sizing.Inside(width, height));
        assertThat(standard("fit=100,50&" + zoom).sizing()).isEqualTo(new Sizing.Inside(width, height));
        assertThat(standard("lb=100,50&" + zoom).sizing()).isEqualTo(new Sizing.Letterbox(width, height, Colour.BLACK));
        assertThat(standard("resize=100,50&" + zoom).sizing())
                .isEqualTo(new Sizing.Cover(width, height, Gravity.CENTER));
    }

    @Test
    void aZoomedSideIsRounded() {
        assertThat(strict("w=101&zoom=1.5").sizing()).isEqualTo(new Sizing.Inside(152, 0));
    }

    @ParameterizedTest
    @CsvSource({"quality=0, 1", "quality=1, 1", "quality=55, 55", "quality=055, 55", "quality=100, 100"})
    void qualityIsFrom1To100(String query, int quality) {
        assertThat(standard(query).quality()).isEqualTo(OptionalInt.of(quality));
    }

    @ParameterizedTest
    @ValueSource(strings = {"quality=101", "quality=-1", "quality=0100", "quality=8.5", "quality="})
    void aQualityOutsideIsAsIfNotThere(String query) {
        assertThat(standard(query).quality()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1, WEBP", "true, WEBP", "0, JPEG", "false, JPEG", "'', JPEG", "yes, JPEG", "21, WEBP"})
    void webpIsAskedFor(String webp, Format output) {
        assertThat(standard("webp=" + webp).output(Format.JPEG, new Size(9, 9))).isEqualTo(output);
    }

    @ParameterizedTest
    @CsvSource({"1, WEBP", "true, WEBP", "0, WEBP", "false, WEBP", "'', JPEG", "yes, JPEG"})
    void strictlyWebpIsAnyTextThatLooksLikeABoolean(String webp, Format output) {
        assertThat(strict("webp=" + webp).output(Format.JPEG, new Size(9, 9))).isEqualTo(output);
    }

    @Test
    void whatTheClientTakesCountsWhereTheQuerySaysNothing() {
        List<Format> taken = List.of(Format.AVIF, Format.WEBP);
        assertThat(standard("w=9", taken).output(Format.JPEG, new Size(9, 9))).isEqualTo(Format.AVIF);
        assertThat(standard("w=9", taken).output(Format.GIF, new Size(9, 9))).isEqualTo(Format.WEBP);
        assertThat(standard("w=9&webp=0", taken).output(Format.JPEG, new Size(9, 9)))
                .isEqualTo(Format.JPEG);
        assertThat(standard("w=9&webp=1", taken).output(Format.JPEG, new Size(9, 9)))
                .isEqualTo(Format.WEBP);
        assertThat(standard("w=9&webp=", List.of(Format.WEBP)).output(Format.JPEG, new Size(9, 9)))
                .isEqualTo(Format.JPEG);
        assertThat(standard("w=9", List.of(Format.AVIF)).output(Format.GIF, new Size(9, 9)))
                .isEqualTo(Format.GIF);
    }

    @ParameterizedTest
    @CsvSource({"JPEG, JPEG", "PNG, PNG", "WEBP, WEBP", "GIF, GIF", "AVIF, AVIF", "TIFF, TIFF", "SVG, PNG", "HEIC, JPEG"
    })
    void elseTheAnswerHasTheOriginalsFormat(Format original, Format output) {
        assertThat(standard("").output(original, new Size(9, 9))).isEqualTo(output);
    }

    @Test
    void whatIsPresignedComesOverEverything() {
        assertThat(standard("w=100&presign=w%3D50%26X-Amz-Date%3Dx").sizing()).isEqualTo(new Sizing.Inside(50, 0));
        assertThat(standard("presign=h%3D50&w=100").sizing()).isEqualTo(new Sizing.Inside(100, 50));
    }

    @Test
    void whatCannotBeDecodedIsReadAsItStands() {
        assertThat(standard("w=%zz&h=5").sizing()).isEqualTo(new Sizing.Inside(0, 5));
    }

    @Test
    void aPlaceholderIsTinyInTheSameShape() {
        assertThat(standard("resize=300,150&gravity=north&placeholder=blur").sizing())
                .isEqualTo(new Sizing.Cover(32, 16, Gravity.NORTH));
        assertThat(standard("w=300&placeholder=blur").sizing()).isEqualTo(new Sizing.Inside(32, 32));
        assertThat(standard("placeholder=blur").quality()).hasValue(40);
        assertThat(standard("w=300&placeholder=1")).isEqualTo(standard("w=300"));
        assertThat(strict("w=300&placeholder=blur").sizing()).isEqualTo(new Sizing.Inside(300, 0));
    }

    @Test
    void whatPhotonHasBesidesIsBehindASwitch() {
        String all = "w=300&h=200&crop=1&strip=none&filter=negate";
        assertThat(standard(all)).isEqualTo(standard("w=300&h=200"));
        Recipe photon = photon(all);
        assertThat(photon.sizing()).isEqualTo(new Sizing.Cover(300, 200, Gravity.CENTER));
        assertThat(photon.metadata()).isEqualTo(Metadata.EVERYTHING);
        assertThat(photon.filters()).containsExactly(Filter.NEGATE);
        assertThat(photon("filter=negate,x,negate,grayscale,sepia").filters())
                .containsExactly(Filter.NEGATE, Filter.NEGATE, Filter.GREY);
        assertThat(photon("strip=x").metadata()).isEqualTo(Metadata.ESSENTIAL);
    }

    private static Recipe photon(String query) {
        return Recipe.parse(Parameters.of(query), List.of(), Compatibility.PHOTON);
    }

    private static Anchor anchor(String query) {
        return ((Sizing.Cover) standard("resize=9,9&" + query).sizing()).anchor();
    }

    private static Recipe standard(String query) {
        return standard(query, List.of());
    }

    private static Recipe standard(String query, List<Format> offered) {
        return Recipe.parse(Parameters.of(query), offered, Compatibility.STANDARD);
    }

    private static Recipe strict(String query) {
        return Recipe.parse(Parameters.of(query), List.of(), Compatibility.STRICT);
    }
}
