package dev.aloft.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Builder of a seccomp filter program (`seccomp(2)`). Calls without a rule fail with `EPERM`; the first rule of a
/// call wins.
final class SyscallFilter {

    // Instructions (linux/bpf_common.h).
    private static final int LOAD = 0x20;
    private static final int AND = 0x54;
    private static final int IF_EQUAL = 0x15;
    private static final int RETURN = 0x06;

    // Verdicts (linux/seccomp.h).
    private static final int ALLOW = 0x7fff0000;
    private static final int FAIL = 0x00050000;
    private static final int KILL = 0x80000000;

    private static final int EPERM = 1;
    private static final int ENOSYS = 38;

    // Offsets of the call's number, architecture and arguments (struct seccomp_data).
    private static final int NUMBER_AT = 0;
    private static final int ARCHITECTURE_AT = 4;
    private static final int ARGUMENTS_AT = 16;

    private static final int INSTRUCTION_BYTES = 8;

    private final Architecture architecture;
    private final List<Instruction> program = new ArrayList<>();

    SyscallFilter(Architecture architecture) {
        this.architecture = architecture;
        add(LOAD, ARCHITECTURE_AT);
        addIf(architecture.audit(), 1, 0);
        add(RETURN, KILL); // calls of another architecture have other numbers
        add(LOAD, NUMBER_AT);
    }

    /// Allows calls with any arguments.
    SyscallFilter allow(Syscall... calls) {
        for (Syscall call : calls) {
            if (architecture.has(call)) {
                addIf(architecture.number(call), 0, 1);
                add(RETURN, ALLOW);
            }
        }
        return this;
    }

    /// Allows a call if the masked lower half of an argument has one of the values.
    SyscallFilter allowWhen(Syscall call, int argument, int mask, int... values) {
        addIf(architecture.number(call), 0, 2 + 2 * values.length + 1);
        add(LOAD, ARGUMENTS_AT + Long.BYTES * argument);
        add(AND, mask);
        for (int value : values) {
            addIf(value, 0, 1);
            add(RETURN, ALLOW);
        }
        add(RETURN, FAIL | EPERM);
        return this;
    }

    /// Allows a call if a pointer argument is null.
    SyscallFilter allowWithout(Syscall call, int argument) {
        addIf(architecture.number(call), 0, 6);
        add(LOAD, ARGUMENTS_AT + Long.BYTES * argument);
        addIf(0, 0, 3);
        add(LOAD, ARGUMENTS_AT + Long.BYTES * argument + Integer.BYTES);
        addIf(0, 0, 1);
        add(RETURN, ALLOW);
        add(RETURN, FAIL | EPERM);
        return this;
    }

    /// Makes a call fail with `ENOSYS`, so that the C library falls back to an older one.
    SyscallFilter hide(Syscall call) {
        addIf(architecture.number(call), 0, 1);
        add(RETURN, FAIL | ENOSYS);
        return this;
    }

    /// Number of instructions.
    int length() {
        return program.size() + 1;
    }

    /// The program in the kernel's format.
    byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(length() * INSTRUCTION_BYTES).order(ByteOrder.nativeOrder());
        program.forEach(instruction -> instruction.write(bytes));
        new Instruction(RETURN, 0, 0, FAIL | EPERM).write(bytes);
        return bytes.array();
    }

    private void add(int code, int operand) {
        program.add(new Instruction(code, 0, 0, operand));
    }

    /// Skips `then` instructions if the loaded value equals `value`, else `otherwise`.
    private void addIf(int value, int then, int otherwise) {
        program.add(new Instruction(IF_EQUAL, then, otherwise, value));
    }

    /// `struct sock_filter`.
    private record Instruction(int code, int then, int otherwise, int operand) {

        void write(ByteBuffer bytes) {
            bytes.putShort((short) code).put((byte) then).put((byte) otherwise).putInt(operand);
        }
    }
}
