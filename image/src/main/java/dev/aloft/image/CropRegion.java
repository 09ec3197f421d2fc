package dev.aloft.image;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Region of the original to use (`crop=x,y,w,h`); each number is a percentage or pixels.
public record CropRegion(Measure x, Measure y, Measure width, Measure height) {

    private static final String NUMBER = "(\\d+)(px)?";
    private static final Pattern FORM = Pattern.compile(NUMBER + "," + NUMBER + "," + NUMBER + "," + NUMBER);

    static Optional<CropRegion> parse(String text) {
        Matcher m = FORM.matcher(text);
        return m.matches()
                ? Optional.of(new CropRegion(Measure.of(m, 1), Measure.of(m, 3), Measure.of(m, 5), Measure.of(m, 7)))
                : Optional.empty();
    }

    /// The region clipped to the picture; empty if nothing remains.
    ///
    /// @param base size that percentages refer to
    public Optional<Rectangle> within(Size picture, Size base) {
        int left = x.of(base.width());
        int top = y.of(base.height());
        int right = (int) Math.min(picture.width(), (long) left + width.of(base.width()));
        int bottom = (int) Math.min(picture.height(), (long) top + height.of(base.height()));
        return right <= left || bottom <= top
                ? Optional.empty()
                : Optional.of(new Rectangle(left, top, right - left, bottom - top));
    }

    /// @param pixels unit of `value`: pixels, else percent
    public record Measure(int value, boolean pixels) {

        private static Measure of(Matcher m, int group) {
            return new Measure(Parameters.number(m.group(group)), m.group(group + 1) != null);
        }

        public int of(int whole) {
            return pixels ? value : (int) Math.min(Integer.MAX_VALUE, Math.round(value / 100.0 * whole));
        }
    }
}
