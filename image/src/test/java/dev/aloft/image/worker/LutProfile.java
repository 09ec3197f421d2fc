package dev.aloft.image.worker;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A colour profile (ICC.1:2001-04) of an RGB device that is described by a table alone, as those of scanners and
/// printers are: gamma 1.8, the primaries of sRGB.
final class LutProfile {

    private static final int HEADER_BYTES = 128;
    private static final int TAG_BYTES = 12;
    private static final double[] WHITE = {0.9642, 1, 0.8249};
    private static final double[][] PRIMARIES = {
        {0.4361, 0.3851, 0.1431},
        {0.2225, 0.7169, 0.0606},
        {0.0139, 0.0971, 0.7141}
    };

    private LutProfile() {}

    /// @param grid points on each axis of the table
    /// @param black luminance of the darkest colour, from 0 to 1
    static byte[] of(int grid, double black) {
        try {
            byte[] table = table(grid, black);
            byte[] white = typed("XYZ ", fixed(WHITE));
            byte[] name = typed("desc", description());
            byte[] rights = typed("text", "public domain\0".getBytes(StandardCharsets.US_ASCII));
            return whole(new String[] {"A2B0", "A2B1", "wtpt", "desc", "cprt"}, table, table, white, name, rights);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] whole(String[] tags, byte[]... values) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        int at = HEADER_BYTES + Integer.BYTES + TAG_BYTES * tags.length;
        int size = at;
        for (byte[] value : values) {
            size += value.length;
        }
        out.writeInt(size);
        out.writeInt(0);
        out.writeInt(0x02400000);
        out.writeBytes("scnrRGB Lab ");
        out.write(new byte[] {7, (byte) 0xea, 0, 11, 0, 29, 0, 0, 0, 0, 0, 0}); // 2026-11-29
        out.writeBytes("acsp");
        out.write(new byte[28]);
        out.write(fixed(WHITE));
        out.write(new byte[HEADER_BYTES - out.size()]);
        out.writeInt(tags.length);
        for (int tag = 0; tag < tags.length; tag++) {
            out.writeBytes(tags[tag]);
            out.writeInt(at);
            out.writeInt(values[tag].length);
            at += values[tag].length;
        }
        for (byte[] value : values) {
            out.write(value);
        }
        return bytes.toByteArray();
    }

    /// The type `lut16Type`, with straight curves before and after the table.
    private static byte[] table(int grid, double black) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(new byte[] {3, 3, (byte) grid, 0});
        out.write(fixed(1, 0, 0, 0, 1, 0, 0, 0, 1));
        out.writeShort(2);
        out.writeShort(2);
        straight(out);
        for (int red = 0; red < grid; red++) {
            for (int green = 0; green < grid; green++) {
                for (int blue = 0; blue < grid; blue++) {
                    double last = grid - 1;
                    colour(out, black, red / last, green / last, blue / last);
                }
            }
        }
        straight(out);
        return typed("mft2", bytes.toByteArray());
    }

    private static void straight(DataOutputStream out) throws IOException {
        for (int channel = 0; channel < 3; channel++) {
            out.writeShort(0);
            out.writeShort(0xffff);
        }
    }

    private static void colour(DataOutputStream out, double black, double... device) throws IOException {
        double[] f = new double[3];
        for (int row = 0; row < 3; row++) {
            double value = 0;
            for (int channel = 0; channel < 3; channel++) {
                value += PRIMARIES[row][channel] * Math.pow(device[channel], 1.8);
            }
            value = black + (1 - black) * value / WHITE[row];
            f[row] = value > 216.0 / 24389 ? Math.cbrt(value) : (24389.0 / 27 * value + 16) / 116;
        }
        out.writeShort(word((116 * f[1] - 16) * 652.8));
        out.writeShort(word((500 * (f[0] - f[1]) + 128) * 256));
        out.writeShort(word((200 * (f[1] - f[2]) + 128) * 256));
    }

    private static int word(double value) {
        return Math.clamp(Math.round(value), 0, 0xffff);
    }

    private static byte[] description() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(6);
        out.writeBytes("table\0");
        out.write(new byte[78]); // no name in other scripts
        return bytes.toByteArray();
    }

    /// A tag's value: its type, and bytes to the next boundary of four.
    private static byte[] typed(String type, byte[] value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeBytes(type);
        out.writeInt(0);
        out.write(value);
        return Arrays.copyOf(bytes.toByteArray(), (bytes.size() + 3) / 4 * 4);
    }

    /// Values of the type `s15Fixed16Number`.
    private static byte[] fixed(double... values) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        for (double value : values) {
            out.writeInt((int) Math.round(value * 65536));
        }
        return bytes.toByteArray();
    }
}
