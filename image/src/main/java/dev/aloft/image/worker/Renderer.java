package dev.aloft.image.worker;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.aloft.image.Format;
import dev.aloft.image.Limits;
import dev.aloft.image.PictureException;
import dev.aloft.image.PictureException.Kind;
import dev.aloft.image.Recipe;
import dev.aloft.image.Rectangle;
import dev.aloft.image.RenderRequest.Outcome;
import dev.aloft.image.Rendition;
import dev.aloft.image.Size;
import dev.aloft.image.Sizing;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.stream.IntStream;

/// Renders originals with libvips, on the calling thread, which must be a platform thread.
///
/// Originals are untrusted: the format is detected from the bytes, only allowed decoders run, and every cost is
/// limited. Safe for many threads; the number of callers is the number of pictures in parallel.
final class Renderer {

    private static final List<Step> STEPS = List.of(
            new PreCrop(),
            new Scaling(),
            new Colouring(),
            new AutoRotate(),
            new FinalCrop(),
            new Filtering(),
            new Letterboxing());

    /// Cancels pictures at their deadline; never blocks.
    private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("picture-watchdog").factory());

    private final Library library;
    private final Vips vips;
    private final Limits limits;

    Renderer(Library library, Limits limits) {
        this.library = library;
        this.vips = library.vips();
        this.limits = limits;
        vips.limit(limits.originalBytes() + 1);
    }

    /// Renders one original, decoding it once.
    ///
    /// @param bytes read only as far as needed; the caller closes it
    /// @return one outcome for each recipe, in order
    List<Outcome> render(InputStream bytes, List<Recipe> recipes) {
        Deadline deadline = Deadline.in(limits.time());
        OriginalBytes original = new OriginalBytes(bytes, limits.originalBytes(), deadline);
        try (Session session = new Session(vips)) {
            ScheduledFuture<?> end =
                    watchdog.schedule(session::giveUp, limits.time().toMillis(), MILLISECONDS);
            try {
                List<Outcome> outcomes = render(session, original, recipes, deadline);
                original.requireSound();
                return outcomes;
            } catch (VipsFailure e) {
                return Collections.nCopies(recipes.size(), new Outcome.Refused(reason(e, original, deadline)));
            } finally {
                end.cancel(false);
            }
        } catch (PictureException e) {
            return Collections.nCopies(recipes.size(), new Outcome.Refused(e));
        }
    }

    /// Cause of a libvips failure; libvips does not know why its source ended.
    private static PictureException reason(VipsFailure e, OriginalBytes original, Deadline deadline) {
        try {
            original.requireSound();
            deadline.check();
            return new PictureException(
                    Kind.BROKEN, "the picture is broken, or ends early", String.valueOf(e.getMessage()));
        } catch (PictureException behind) {
            return behind;
        }
    }

    private List<Outcome> render(Session session, OriginalBytes original, List<Recipe> recipes, Deadline deadline)
            throws PictureException {
        Loading loading = Loading.open(library, session, original, limits);
        Optional<Image> whole = loading.frames() == 1 && recipes.stream().anyMatch(Recipe::withoutBars)
                ? loading.whole(limits)
                : Optional.empty();
        Rectangle all = Rectangle.all(loading.size());
        Rectangle withoutBars = whole.map(Bars::around).orElse(all);
        List<RenderPlan> plans = recipes.stream()
                .map(recipe -> plan(loading, recipe.withoutBars() ? withoutBars : all, recipe))
                .toList();
        List<Optional<Outcome>> undecoded = IntStream.range(0, plans.size())
                .mapToObj(i -> undecoded(loading, recipes.get(i), plans.get(i)))
                .toList();
        List<RenderPlan> possible = IntStream.range(0, plans.size())
                .filter(i -> undecoded.get(i).isEmpty())
                .mapToObj(plans::get)
                .toList();
        if (possible.isEmpty()) {
            return undecoded.stream().map(Optional::orElseThrow).toList();
        }
        int left = leftToScaling(recipes);
        Pyramid pyramid = new Pyramid(
                whole.orElseGet(() -> loading.image(possible, left)),
                loading.size(),
                possible.size() > 1 && loading.frames() == 1,
                left);
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < plans.size(); i++) {
            RenderPlan plan = plans.get(i);
            outcomes.add(
                    undecoded.get(i).isPresent()
                            ? undecoded.get(i).get()
                            : new Outcome.Made(render(loading, pyramid.level(plan), recipes.get(i), plan, deadline)));
        }
        return outcomes;
    }

    /// The reduction that the decoder leaves to scaling: as much as needed for pictures that are stored, and none for
    /// visitors who wait.
    private static int leftToScaling(List<Recipe> recipes) {
        return recipes.stream().anyMatch(recipe -> recipe.sizing() instanceof Sizing.Exact) ? 2 : 1;
    }

    /// The outcome of a request that needs no pixels; empty for any other.
    private Optional<Outcome> undecoded(Loading loading, Recipe recipe, RenderPlan plan) {
        if (recipe.sizing() == Sizing.Header.HEADER) {
            return Optional.of(
                    new Outcome.Made(new Rendition(loading.format(), loading.size(), loading.frames(), new byte[0])));
        }
        return isWithin(plan, loading.frames()) ? Optional.empty() : Optional.of(tooLarge(plan, loading.frames()));
    }

    private static RenderPlan plan(Loading loading, Rectangle part, Recipe recipe) {
        return Geometry.plan(part.size(), loading.orientation(), recipe).within(loading.size(), part);
    }

    private boolean isWithin(RenderPlan plan, int frames) {
        return plan.answer().pixels() * frames <= limits.answerPixels();
    }

    /// Blames the original if only its frames together exceed the limit.
    private Outcome tooLarge(RenderPlan plan, int frames) {
        boolean isFilms = plan.answer().pixels() <= limits.answerPixels();
        return new Outcome.Refused(new PictureException(
                isFilms ? Kind.TOO_LARGE : Kind.ANSWER_TOO_LARGE,
                "the answer may have " + limits.answerPixels() + " pixels"
                        + (isFilms ? " in all its " + frames + " frames" : "")));
    }

    private static Rendition render(Loading loading, Image image, Recipe recipe, RenderPlan plan, Deadline deadline)
            throws PictureException {
        Format format = recipe.output(loading.format(), plan.answer());
        int frames = format.animates() ? loading.frames() : 1;
        Image made = frames == 1
                ? oneFrame(image.part(Rectangle.all(frameOf(image, loading.frames()))), recipe, plan, deadline)
                : film(image, loading.frames(), recipe, plan.steady(), deadline);
        deadline.check();
        Image dressed = made.withOwnFields();
        boolean turned = !(recipe.sizing() instanceof Sizing.Exact exact)
                || exact.orientation().isPresent();
        if (turned) {
            dressed.remove(AutoRotate.ORIENTATION);
        }
        boolean keep = Stripping.apply(dressed, recipe.metadata())
                || (!turned && loading.orientation() != Orientation.UPRIGHT);
        int quality = Quality.of(recipe, loading.format(), format);
        byte[] bytes = Encoding.bytes(dressed, format, recipe, quality, keep);
        deadline.check();
        return new Rendition(format, plan.answer(), frames, bytes);
    }

    private static Size frameOf(Image image, int frames) {
        return new Size(image.width(), image.height() / frames);
    }

    private static Image oneFrame(Image image, Recipe recipe, RenderPlan plan, Deadline deadline)
            throws PictureException {
        Image made = image;
        for (Step step : STEPS) {
            made = step.apply(made, recipe, plan);
            deadline.check();
        }
        return made;
    }

    /// Frames are stacked vertically and rendered in order, so that the film is decoded once.
    private static Image film(Image image, int frames, Recipe recipe, RenderPlan plan, Deadline deadline)
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
