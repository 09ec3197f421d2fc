package dev.aloft.image;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The part of the original that is used at all (`crop=x,y,w,h`): each number a percentage, or pixels.
public record CropRegion(Measure x, Measure y, Measure width, Measure height) {

    private static final String NUMBER = "(\\d+)(px)?";
    private static final Pattern FORM = Pattern.compile(NUMBER + "," + NUMBER + "," + NUMBER + "," + NUMBER);

    static Optional<CropRegion> parse(String text) {
        Matcher m = FORM.matcher(text);
        return m.matches()
                ? Optional.of(new CropRegion(Measure.of(m, 1), Measure.of(m, 3), Measure.of(m, 5), Measure.of(m, 7)))
                : Optional.empty();
    }

    /// What lies within the picture; nothing when nothing does.
    ///
    /// @param base what percentages are of
    public Optional<Rectangle> within(Size picture, Size base) {
        int left = x.of(base.width());
        int top = y.of(base.height());
        int right = (int) Math.min(picture.width(), (long) left + width.of(base.width()));
        int bottom = (int) Math.min(picture.height(), (long) top + height.of(base.height()));
        return right <= left || bottom <= top
                ? Optional.empty()
                : Optional.of(new Rectangle(left, top, right - left, bottom - top));
    }

    /// @param pixels whether `value` is pixels; else it is a percentage
    public record Measure(int value, boolean pixels) {

        private static Measure of(Matcher m, int group) {
            return new Measure(Parameters.number(m.group(group)), m.group(group + 1) != null);
        }

        public int of(int whole) {
            return pixels ? value : (int) Math.min(Integer.MAX_VALUE, Math.round(value / 100.0 * whole));
        }
    }
}
