package dev.aloft.image;

import dev.aloft.image.PictureException.Kind;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/// Makes renditions of originals with libvips, on the caller's thread, which must be a platform thread.
///
/// Originals are untrusted: their format is found by their bytes, only the decoders named here are allowed, and
/// everything they may cost is limited. Safe for many threads; how many there are decides how many pictures are made at
/// once.
public final class Renderer {

    private static final List<Step> STEPS =
            List.of(new Cutting(), new Scaling(), new Colouring(), new Turning(), new Boxing(), new Letterboxing());

    private final Vips vips;
    private final Limits limits;

    Renderer(Library library, Limits limits) {
        this.vips = library.vips();
        this.limits = limits;
        vips.limit(limits.originalBytes() + 1);
    }

    /// Makes renditions of one original, which is decoded once.
    ///
    /// @param bytes read as far as the answers need it; the caller closes it
    /// @return one for each recipe, in their order
    public List<Rendition> render(InputStream bytes, List<Recipe> recipes) throws PictureException {
        Deadline deadline = Deadline.in(limits.time());
        Original original = new Original(bytes, limits.originalBytes(), deadline);
        try (Session session = new Session(vips)) {
            Loading loading = Loading.open(session, original, limits);
            List<Rendition> renditions = render(loading, recipes, deadline);
            original.demandSound();
            return renditions;
        } catch (VipsFailure e) {
            original.demandSound();
            deadline.check();
            throw new PictureException(Kind.BROKEN, "the picture cannot be read: " + e.getMessage(), e);
        }
    }

    private List<Rendition> render(Loading loading, List<Recipe> recipes, Deadline deadline) throws PictureException {
        List<Plan> plans = new ArrayList<>();
        for (Recipe recipe : recipes) {
            Plan plan = Geometry.plan(loading.size(), loading.orientation(), recipe);
            demandWithin(plan, loading.frames());
            plans.add(plan);
        }
        Image image = loading.image(plans);
        List<Rendition> renditions = new ArrayList<>();
        for (int i = 0; i < plans.size(); i++) {
            renditions.add(render(loading, image, recipes.get(i), plans.get(i), deadline));
        }
        return renditions;
    }

    private void demandWithin(Plan plan, int frames) throws PictureException {
        if (plan.answer().pixels() * frames > limits.answerPixels()) {
            throw new PictureException(
                    Kind.ANSWER_TOO_LARGE,
                    "the answer would have " + plan.answer() + " pixels, and may have " + limits.answerPixels());
        }
    }

    private static Rendition render(Loading loading, Image image, Recipe recipe, Plan plan, Deadline deadline)
            throws PictureException {
        Format format = recipe.output(loading.format());
        int frames = format.animates() ? loading.frames() : 1;
        Image made = frames == 1
                ? oneFrame(image.part(Rectangle.all(frameOf(image, loading.frames()))), recipe, plan, deadline)
                : film(image, loading.frames(), recipe, plan, deadline);
        deadline.check();
        Image dressed = made.withOwnFields();
        dressed.remove(Turning.ORIENTATION);
        boolean keep = recipe.compatibility() == Compatibility.STRICT || Stripping.apply(dressed);
        int quality = Quality.of(recipe, loading.format(), format);
        byte[] bytes = Encoding.bytes(dressed, format, recipe, quality, keep);
        deadline.check();
        return new Rendition(format, plan.answer(), frames, bytes);
    }

    private static Size frameOf(Image image, int frames) {
        return new Size(image.width(), image.height() / frames);
    }

    private static Image oneFrame(Image image, Recipe recipe, Plan plan, Deadline deadline) throws PictureException {
        Image made = image;
        for (Step step : STEPS) {
            made = step.apply(made, recipe, plan);
            deadline.check();
        }
        return made;
    }

    /// Frames lie below each other, and are made one after the other, so that the film is decoded once.
    private static Image film(Image image, int frames, Recipe recipe, Plan plan, Deadline deadline)
            throws PictureException {
        Size frame = frameOf(image, frames);
        List<Image> made = new ArrayList<>();
        for (int i = 0; i < frames; i++) {
            Image one = image.part(new Rectangle(0, i * frame.height(), frame.width(), frame.height()));
            made.add(oneFrame(one, recipe, plan, deadline).inMemory());
        }
        Image film = image.session()
                .operation("arrayjoin")
                .set("in", made)
                .set("across", 1)
                .image()
                .withOwnFields();
        film.setNumber("page-height", plan.answer().height());
        return film;
    }
}
