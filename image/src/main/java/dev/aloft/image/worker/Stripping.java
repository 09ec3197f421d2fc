package dev.aloft.image.worker;

import dev.aloft.image.Recipe.Metadata;
import java.util.List;
import java.util.Optional;

/// Removes personal metadata, such as the place of a photograph.
final class Stripping {

    private static final String ARTIST = "exif-ifd0-Artist";
    private static final String COPYRIGHT = "exif-ifd0-Copyright";

    private static final String IPTC = "iptc-data";

    private Stripping() {}

    /// @param image with metadata of its own, see [Image#withOwnFields]
    /// @return true if metadata remains that the file is to hold
    static boolean apply(Image image, Metadata kept) {
        if (kept.keepsAll()) {
            return true;
        }
        if (kept.keepsMaker()) {
            describe(image);
        }
        boolean left = false;
        for (String field : image.fields()) {
            if (field.equals(Colouring.PROFILE) || (kept.keepsMaker() && isMaker(field))) {
                left = true;
            } else if (isPersonal(field)) {
                image.remove(field);
            }
        }
        return left;
    }

    /// Copies author and copyright from IPTC, which most formats lack, to EXIF where that has none.
    private static void describe(Image image) {
        Optional<Iptc> iptc = image.blob(IPTC).map(Iptc::new);
        if (iptc.isEmpty()) {
            return;
        }
        List<String> fields = image.fields();
        iptc.get().author().filter(_ -> !fields.contains(ARTIST)).ifPresent(text -> image.setExifText(ARTIST, text));
        iptc.get()
                .copyright()
                .filter(_ -> !fields.contains(COPYRIGHT))
                .ifPresent(text -> image.setExifText(COPYRIGHT, text));
    }

    private static boolean isMaker(String field) {
        return field.equals(ARTIST) || field.equals(COPYRIGHT);
    }

    private static boolean isPersonal(String field) {
        return field.startsWith("exif-")
                || field.startsWith("png-comment-")
                || field.equals("xmp-data")
                || field.equals(IPTC)
                || field.equals("photoshop-data")
                || field.equals("gif-comment")
                || field.equals("heif-primary")
                || field.equals("image-description")
                || field.endsWith("-thumbnail-data");
    }
}
