package dev.aloft.image.worker;

import dev.aloft.image.Recipe;
import java.util.Optional;

/// Converts to colours of the web: 8-bit sRGB or grey, or the small RGB profile of the original.
///
/// Runs after scaling, where fewer pixels are converted.
record Colouring() implements Step {

    static final String PROFILE = "icc-profile-data";

    @Override
    public Image apply(Image image, Recipe recipe, RenderPlan plan) {
        Image made = inWebColours(image, recipe.metadata().keepsProfile());
        return inBytes(made, image.bands() < 3 ? Image.B_W : Image.SRGB);
    }

    private static Image inWebColours(Image image, boolean keepsProfile) {
        Optional<IccProfile> profile = image.blob(PROFILE).map(IccProfile::new);
        if (profile.isEmpty()) {
            return image.interpretation() == Image.CMYK ? toSrgb(image) : image;
        }
        if (profile.get().isSrgb()) {
            return withoutProfile(image);
        }
        return profile.get().isFitForTheWeb() && keepsProfile ? image : withoutProfile(toSrgb(image));
    }

    private static Image toSrgb(Image image) {
        try {
            return image.session()
                    .operation("icc_transform")
                    .set("in", image)
                    .set("output-profile", "srgb")
                    .set("input-profile", image.interpretation() == Image.CMYK ? "cmyk" : "srgb")
                    .set("embedded", true)
                    .set("black-point-compensation", true) // the darkest ink is black, not the grey that it is on paper
                    .image();
        } catch (VipsFailure unusableProfile) {
            return withoutProfile(image);
        }
    }

    private static Image withoutProfile(Image image) {
        Image copy = image.withOwnFields();
        copy.remove(PROFILE);
        return copy;
    }

    private static Image inBytes(Image image, int wanted) {
        return image.interpretation() == wanted && image.hasBytes()
                ? image
                : image.operation("colourspace").set("space", wanted).image();
    }
}
