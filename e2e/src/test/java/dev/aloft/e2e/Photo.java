package dev.aloft.e2e;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/// A photograph as a camera makes it: a large JPEG with EXIF, its content made by a seed.
final class Photo {

    static final String CAMERA = "Aloft Test Camera";

    private Photo() {}

    /// 4000 x 3000, which is 12 megapixels.
    static byte[] ofTwelveMegapixels(long seed) throws IOException {
        return jpeg(4000, 3000, seed);
    }

    static byte[] jpeg(int width, int height, long seed) throws IOException {
        return withSegment(encode(paint(width, height, seed)), exif());
    }

    /// A small picture that its sizes can be told by; the comment makes its bytes its own.
    static byte[] ofOneColor(int width, int height, Color color, String comment) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setColor(color);
        g.fillRect(0, 0, width, height);
        g.dispose();
        byte[] text = comment.getBytes(StandardCharsets.US_ASCII);
        byte[] segment = ByteBuffer.allocate(4 + text.length)
                .putShort((short) 0xfffe) // COM
                .putShort((short) (2 + text.length))
                .put(text)
                .array();
        return withSegment(encode(image), segment);
    }

    private static BufferedImage paint(int width, int height, long seed) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(seed);
        Graphics2D g = image.createGraphics();
        g.setPaint(new GradientPaint(0, 0, color(random), width, height, color(random)));
        g.fillRect(0, 0, width, height);
        for (int i = 0; i < 400; i++) {
            g.setColor(color(random));
            g.fillOval(random.nextInt(width), random.nextInt(height), random.nextInt(400), random.nextInt(400));
        }
        g.dispose();
        return image;
    }

    private static Color color(Random random) {
        return new Color(random.nextInt(1 << 24));
    }

    private static byte[] encode(BufferedImage image) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            ImageWriteParam quality = writer.getDefaultWriteParam();
            quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            quality.setCompressionQuality(0.9f);
            writer.write(null, new IIOImage(image, null, null), quality);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static byte[] withSegment(byte[] plain, byte[] segment) {
        return ByteBuffer.allocate(plain.length + segment.length)
                .put(plain, 0, 2) // SOI
                .put(segment)
                .put(plain, 2, plain.length - 2)
                .array();
    }

    /// An APP1 segment with one TIFF directory of one entry, the camera's model (tag 0x0110).
    private static byte[] exif() {
        byte[] model = (CAMERA + "\0").getBytes(StandardCharsets.US_ASCII);
        int tiff = 8 + 2 + 12 + 4 + model.length;
        ByteBuffer segment = ByteBuffer.allocate(2 + 2 + 6 + tiff);
        segment.putShort((short) 0xffe1).putShort((short) (2 + 6 + tiff));
        segment.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII));
        segment.order(ByteOrder.BIG_ENDIAN).put("MM".getBytes(StandardCharsets.US_ASCII));
        segment.putShort((short) 42).putInt(8);
        segment.putShort((short) 1);
        segment.putShort((short) 0x0110)
                .putShort((short) 2)
                .putInt(model.length)
                .putInt(8 + 2 + 12 + 4);
        segment.putInt(0).put(model);
        return segment.array();
    }
}
