package dev.aloft.image.worker;

import dev.aloft.image.Metadata;

/// Removes personal metadata, such as the place of a photograph.
final class Stripping {

    private static final String ARTIST = "exif-ifd0-Artist";
    private static final String COPYRIGHT = "exif-ifd0-Copyright";

    private Stripping() {}

    /// @param image with metadata of its own, see [Image#withOwnFields]
    /// @return true if metadata remains that the file is to hold
    static boolean apply(Image image, Metadata kept) {
        if (kept.keepsAll()) {
            return true;
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

    private static boolean isMaker(String field) {
        return field.equals(ARTIST) || field.equals(COPYRIGHT);
    }

    private static boolean isPersonal(String field) {
        return field.startsWith("exif-")
                || field.startsWith("png-comment-")
                || field.equals("xmp-data")
                || field.equals("iptc-data")
                || field.equals("photoshop-data")
                || field.equals("gif-comment")
                || field.equals("heif-primary")
                || field.equals("image-description")
                || field.endsWith("-thumbnail-data");
    }
}
