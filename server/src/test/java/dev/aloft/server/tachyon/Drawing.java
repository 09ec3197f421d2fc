package dev.aloft.server.tachyon;

import dev.aloft.server.Answer;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;

/// Pictures to upload, and what can be seen of an answer.
final class Drawing {

    private Drawing() {}

    static String size(Answer answer) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(answer.body()));
        return image.getWidth() + "x" + image.getHeight();
    }

    static byte[] jpeg(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        for (int i = 0; i < 20; i++) {
            pen.setColor(new Color(i * 12, 255 - i * 12, i * 53 % 256));
            pen.fillOval(i * width / 25, i * height / 25, width / 4, height / 4);
        }
        pen.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "jpeg", bytes);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
