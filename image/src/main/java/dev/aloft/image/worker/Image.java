package dev.aloft.image.worker;

import dev.aloft.image.Rectangle;
import dev.aloft.image.Size;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/// Image of libvips: a description of pixels, computed on demand. Lives as long as its session; operations return new
/// images.
record Image(Session session, MemorySegment handle) {

    /// Values of `VipsInterpretation` in use.
    static final int B_W = 1;

    static final int CMYK = 15;
    static final int SRGB = 22;
    static final int RGB16 = 25;
    static final int GREY16 = 26;

    /// `VIPS_FORMAT_UCHAR`.
    private static final int BYTES = 0;

    Operation operation(String nickname) {
        return session.operation(nickname).set("in", this);
    }

    int width() {
        return vips().width(handle);
    }

    /// Height of all frames, stacked.
    int height() {
        return vips().height(handle);
    }

    Size size() {
        return new Size(width(), height());
    }

    int bands() {
        return vips().bands(handle);
    }

    int interpretation() {
        return vips().interpretation(handle);
    }

    boolean hasAlpha() {
        return vips().hasAlpha(handle);
    }

    boolean hasBytes() {
        return vips().bandFormat(handle) == BYTES;
    }

    Optional<Integer> number(String name) {
        return vips().number(handle, name);
    }

    Optional<byte[]> blob(String name) {
        return vips().blob(handle, name);
    }

    List<String> fields() {
        return vips().fields(handle);
    }

    /// Copy whose metadata can change independently.
    Image withOwnFields() {
        return operation("copy").image();
    }

    void setNumber(String name, int value) {
        vips().setNumber(handle, name, value);
    }

    /// Sets a text of EXIF under libvips's name for it. libvips cuts a text at its last bracket, where its own
    /// description of a field stands.
    void setExifText(String name, String value) {
        vips().setText(handle, name, value + " (text, ASCII, 1 components, 1 bytes)");
    }

    void remove(String name) {
        vips().removeField(handle, name);
    }

    Image part(Rectangle part) {
        return part.equals(Rectangle.all(size()))
                ? this
                : session.operation("extract_area")
                        .set("input", this)
                        .set("left", part.left())
                        .set("top", part.top())
                        .set("width", part.width())
                        .set("height", part.height())
                        .image();
    }

    /// Copy with all pixels computed, for random access.
    Image inMemory() {
        return session.image(vips().copyToMemory(handle));
    }

    private Vips vips() {
        return session.vips();
    }
}
