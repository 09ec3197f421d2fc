package dev.aloft.image.worker;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.function.BiFunction;

/// Signatures of the C functions that [Vips] calls, each bound once, and calls by signature. A missing function is a
/// [VipsFailure] of the constructor.
final class VipsFunctions {

    private final BiFunction<String, FunctionDescriptor, MethodHandle> binder;

    final MethodHandle vipsInit = function("vips_init", JAVA_INT, ADDRESS);
    final MethodHandle vipsVersion = function("vips_version", JAVA_INT, JAVA_INT);
    final MethodHandle vipsErrorBuffer = function("vips_error_buffer", ADDRESS);
    final MethodHandle vipsErrorClear = procedure("vips_error_clear");
    final MethodHandle vipsCacheSetMax = procedure("vips_cache_set_max", JAVA_INT);
    final MethodHandle vipsConcurrencySet = procedure("vips_concurrency_set", JAVA_INT);
    final MethodHandle vipsPipeReadLimitSet = procedure("vips_pipe_read_limit_set", JAVA_LONG);
    final MethodHandle vipsOperationBlockSet = procedure("vips_operation_block_set", ADDRESS, JAVA_INT);
    final MethodHandle vipsTypeFind = function("vips_type_find", JAVA_LONG, ADDRESS, ADDRESS);
    final MethodHandle vipsThreadShutdown = procedure("vips_thread_shutdown");
    final MethodHandle vipsTrackedMem = function("vips_tracked_get_mem", JAVA_LONG);
    final MethodHandle vipsOperationNew = function("vips_operation_new", ADDRESS, ADDRESS);
    final MethodHandle vipsBuild = function("vips_cache_operation_build", ADDRESS, ADDRESS);
    final MethodHandle vipsUnrefOutputs = procedure("vips_object_unref_outputs", ADDRESS);
    final MethodHandle vipsSourceCustomNew = function("vips_source_custom_new", ADDRESS);
    final MethodHandle vipsImageWidth = function("vips_image_get_width", JAVA_INT, ADDRESS);
    final MethodHandle vipsImageHeight = function("vips_image_get_height", JAVA_INT, ADDRESS);
    final MethodHandle vipsImageBands = function("vips_image_get_bands", JAVA_INT, ADDRESS);
    final MethodHandle vipsImageFormat = function("vips_image_get_format", JAVA_INT, ADDRESS);
    final MethodHandle vipsInterpretation = function("vips_image_get_interpretation", JAVA_INT, ADDRESS);
    final MethodHandle vipsHasAlpha = function("vips_image_hasalpha", JAVA_INT, ADDRESS);
    final MethodHandle vipsGetTypeof = function("vips_image_get_typeof", JAVA_LONG, ADDRESS, ADDRESS);
    final MethodHandle vipsGetInt = function("vips_image_get_int", JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
    final MethodHandle vipsSetInt = procedure("vips_image_set_int", ADDRESS, ADDRESS, JAVA_INT);
    final MethodHandle vipsSetString = procedure("vips_image_set_string", ADDRESS, ADDRESS, ADDRESS);
    final MethodHandle vipsGetBlob = function("vips_image_get_blob", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    final MethodHandle vipsGetFields = function("vips_image_get_fields", ADDRESS, ADDRESS);
    final MethodHandle vipsRemove = function("vips_image_remove", JAVA_INT, ADDRESS, ADDRESS);
    final MethodHandle vipsCopyMemory = function("vips_image_copy_memory", ADDRESS, ADDRESS);
    final MethodHandle vipsSetKill = procedure("vips_image_set_kill", ADDRESS, JAVA_INT);
    final MethodHandle vipsSetArrayDouble = procedure("vips_value_set_array_double", ADDRESS, ADDRESS, JAVA_INT);
    final MethodHandle vipsSetArrayImage = procedure("vips_value_set_array_image", ADDRESS, JAVA_INT);
    final MethodHandle vipsGetArrayImage = function("vips_value_get_array_image", ADDRESS, ADDRESS, ADDRESS);
    final MethodHandle vipsGetValueBlob = function("vips_value_get_blob", ADDRESS, ADDRESS, ADDRESS);
    final MethodHandle valueInit = function("g_value_init", ADDRESS, ADDRESS, JAVA_LONG);
    final MethodHandle valueUnset = procedure("g_value_unset", ADDRESS);
    final MethodHandle valueSetBoolean = procedure("g_value_set_boolean", ADDRESS, JAVA_INT);
    final MethodHandle valueSetInt = procedure("g_value_set_int", ADDRESS, JAVA_INT);
    final MethodHandle valueSetDouble = procedure("g_value_set_double", ADDRESS, JAVA_DOUBLE);
    final MethodHandle valueSetString = procedure("g_value_set_string", ADDRESS, ADDRESS);
    final MethodHandle valueSetObject = procedure("g_value_set_object", ADDRESS, ADDRESS);
    final MethodHandle valueGetInt = function("g_value_get_int", JAVA_INT, ADDRESS);
    final MethodHandle valueDupObject = function("g_value_dup_object", ADDRESS, ADDRESS);
    final MethodHandle objectSetProperty = procedure("g_object_set_property", ADDRESS, ADDRESS, ADDRESS);
    final MethodHandle objectGetProperty = procedure("g_object_get_property", ADDRESS, ADDRESS, ADDRESS);
    final MethodHandle objectRef = function("g_object_ref", ADDRESS, ADDRESS);
    final MethodHandle objectUnref = procedure("g_object_unref", ADDRESS);
    final MethodHandle signalConnect =
            function("g_signal_connect_data", JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT);
    final MethodHandle strfreev = procedure("g_strfreev", ADDRESS);

    /// @param binder finds a function by its name and binds it to a signature
    VipsFunctions(BiFunction<String, FunctionDescriptor, MethodHandle> binder) {
        this.binder = binder;
        super(); // the initialisers above need the binder
    }

    private MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return binder.apply(name, FunctionDescriptor.of(result, arguments));
    }

    private MethodHandle procedure(String name, MemoryLayout... arguments) {
        return binder.apply(name, FunctionDescriptor.ofVoid(arguments));
    }

    static int asInt(MethodHandle function, Object... arguments) {
        return (int) invoke(function, arguments);
    }

    static long asLong(MethodHandle function, Object... arguments) {
        return (long) invoke(function, arguments);
    }

    static MemorySegment asSegment(MethodHandle function, Object... arguments) {
        return (MemorySegment) invoke(function, arguments);
    }

    static Object invoke(MethodHandle function, Object... arguments) {
        try {
            return function.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException("a libvips function does not match its declared signature", e);
        }
    }

    static void call(MethodHandle procedure, Object... arguments) {
        try {
            Object _ = procedure.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException("a libvips function does not match its declared signature", e);
        }
    }
}
