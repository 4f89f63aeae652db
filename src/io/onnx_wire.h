/* SPDX-License-Identifier: MIT */
#ifndef EAI_IO_ONNX_WIRE_H
#define EAI_IO_ONNX_WIRE_H

/*
 * ONNX files as plain structures that borrow every string and every weight from the file's map
 * (docs/decisions/0001-own-onnx-wire-reader.md). What a network means is not looked at here: names
 * need not lead anywhere, operators and versions need not exist.
 *
 * All strings are (bytes, n_bytes) without a NUL inside or behind them, except attribute strings,
 * which may hold any bytes. An absent string is empty, an absent list has n = 0 and may be NULL, an
 * absent number is 0. Files from outside are hostile; what is stated here has been checked.
 *
 * Source: onnx.proto of ONNX 1.18 (ir_version 11); fields not named here are skipped.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/model_file.h>

/* Our limits; EDGEAI_E_LIMIT beyond them. A file of n bytes costs at most 64 n + 64 KiB of memory,
 * and never more than the counts below allow. */
enum {
    EAI_ONNX_NAME_BYTES_MAX = 4096,     /* of any name, operator, domain or symbol */
    EAI_ONNX_NESTING_MAX = 32,          /* graphs in attributes of nodes of graphs ... */
    EAI_ONNX_DIMS_MAX = 32,             /* of one tensor or value */
    EAI_ONNX_NODE_ATTRIBUTES_MAX = 256, /* of one node */
    EAI_ONNX_EXTERNAL_FILES_MAX = 1024, /* different ones */
    EAI_ONNX_NODES_MAX = 1 << 18,       /* and so on, in a whole file */
    EAI_ONNX_ATTRIBUTES_MAX = 1 << 19,
    EAI_ONNX_TENSORS_MAX = 1 << 18, /* initializers and those in attributes */
    EAI_ONNX_VALUES_MAX = 1 << 19,  /* inputs, outputs and value_info */
    EAI_ONNX_STRINGS_MAX = 1 << 21, /* inputs and outputs of nodes, strings of attributes */
    EAI_ONNX_NUMBERS_MAX = 1 << 24, /* dims of tensors, ints and floats of attributes, each */
    EAI_ONNX_VALUE_DIMS_MAX = 1 << 21
};

/* TensorProto.DataType. A file may hold other numbers too: eai_onnx_type_name() knows some. */
typedef enum eai_onnx_type {
    EAI_ONNX_UNDEFINED = 0,
    EAI_ONNX_F32 = 1,
    EAI_ONNX_U8 = 2,
    EAI_ONNX_I8 = 3,
    EAI_ONNX_U16 = 4,
    EAI_ONNX_I16 = 5,
    EAI_ONNX_I32 = 6,
    EAI_ONNX_I64 = 7,
    EAI_ONNX_STRING = 8,
    EAI_ONNX_BOOL = 9,
    EAI_ONNX_F16 = 10,
    EAI_ONNX_F64 = 11,
    EAI_ONNX_U32 = 12,
    EAI_ONNX_U64 = 13,
    EAI_ONNX_BF16 = 16,
    EAI_ONNX_U4 = 21,
    EAI_ONNX_I4 = 22
} eai_onnx_type;

/* Where a tensor's elements lie. */
typedef enum eai_onnx_storage {
    EAI_ONNX_STORED_NOWHERE = 0, /* right for a tensor of no elements only */
    EAI_ONNX_STORED_RAW,         /* raw_data, or external data: `raw` */
    EAI_ONNX_STORED_FLOATS,      /* float_data, and so on: eai_onnx_tensor_read() */
    EAI_ONNX_STORED_INT32S,
    EAI_ONNX_STORED_INT64S,
    EAI_ONNX_STORED_DOUBLES,
    EAI_ONNX_STORED_UINT64S,
    EAI_ONNX_STORED_STRINGS
} eai_onnx_storage;

/* A TensorProto. */
typedef struct eai_onnx_tensor {
    edgeai_string name;
    eai_onnx_type type;  /* any number but UNDEFINED */
    int n_dims;          /* 0 for a scalar */
    const int64_t *dims; /* [n_dims], outermost first, none negative */
    size_t n_elements;   /* their product; 1 for a scalar; times 8 it fits a ptrdiff_t */
    eai_onnx_storage storage;
    edgeai_string raw;      /* STORED_RAW: all of it, unaligned, not compared with n_elements yet */
    edgeai_string message;  /* the TensorProto's bytes */
    edgeai_string location; /* external data: the file's name as the model has it; else empty */
    size_t message_at;      /* where they begin in the file, for error texts */
} eai_onnx_tensor;

/* AttributeProto.AttributeType. */
typedef enum eai_onnx_attribute_type {
    EAI_ONNX_ATTRIBUTE_NONE = 0, /* no type given and no value: an empty list, maybe */
    EAI_ONNX_ATTRIBUTE_FLOAT = 1,
    EAI_ONNX_ATTRIBUTE_INT = 2,
    EAI_ONNX_ATTRIBUTE_STRING = 3,
    EAI_ONNX_ATTRIBUTE_TENSOR = 4,
    EAI_ONNX_ATTRIBUTE_GRAPH = 5,
    EAI_ONNX_ATTRIBUTE_FLOATS = 6,
    EAI_ONNX_ATTRIBUTE_INTS = 7,
    EAI_ONNX_ATTRIBUTE_STRINGS = 8,
    EAI_ONNX_ATTRIBUTE_TENSORS = 9,
    EAI_ONNX_ATTRIBUTE_GRAPHS = 10,
    EAI_ONNX_ATTRIBUTE_SPARSE_TENSOR = 11, /* from here on the value is not read */
    EAI_ONNX_ATTRIBUTE_SPARSE_TENSORS = 12,
    EAI_ONNX_ATTRIBUTE_TYPE = 13,
    EAI_ONNX_ATTRIBUTE_TYPES = 14
} eai_onnx_attribute_type;

/*
 * An AttributeProto: `type`, given or taken from the one value that is there, says which member
 * holds; the others are 0, NULL and empty.
 */
typedef struct eai_onnx_attribute {
    edgeai_string name; /* not empty; once in a node */
    eai_onnx_attribute_type type;
    float f;                        /* FLOAT */
    int64_t i;                      /* INT */
    edgeai_string s;                /* STRING; GRAPH: the GraphProto's bytes */
    const eai_onnx_tensor *t;       /* TENSOR: never NULL then */
    size_t n;                       /* how many are in the list that holds; else 0 */
    const float *floats;            /* FLOATS [n] */
    const int64_t *ints;            /* INTS [n] */
    const edgeai_string *strings;   /* STRINGS [n]; GRAPHS [n]: the GraphProtos' bytes */
    const eai_onnx_tensor *tensors; /* TENSORS [n] */
    edgeai_string reference;        /* ref_attr_name: an attribute of the function around it */
} eai_onnx_attribute;

/* A NodeProto. Its index in the graph's list is what error texts name beside its name. */
typedef struct eai_onnx_node {
    edgeai_string op_type; /* not empty */
    edgeai_string domain;  /* empty: ai.onnx; "ai.onnx" is made empty */
    edgeai_string name;    /* often empty */
    size_t n_inputs, n_outputs, n_attributes;
    const edgeai_string *inputs;  /* [n_inputs]; an empty one: this optional input is left out */
    const edgeai_string *outputs; /* [n_outputs]; as well */
    const eai_onnx_attribute *attributes; /* [n_attributes] */
    edgeai_string overload;               /* of a function; empty but for such */
} eai_onnx_node;

/* One dimension of a value. */
typedef struct eai_onnx_dim {
    int64_t value;        /* -1: not given as a number (or given as a negative one) */
    edgeai_string symbol; /* dim_param: values with the same one are meant to be equal; or empty */
} eai_onnx_dim;

typedef enum eai_onnx_value_kind {
    EAI_ONNX_VALUE_UNKNOWN = 0, /* no type is given */
    EAI_ONNX_VALUE_TENSOR,
    EAI_ONNX_VALUE_SEQUENCE, /* what is inside these is not read */
    EAI_ONNX_VALUE_MAP,
    EAI_ONNX_VALUE_OPAQUE,
    EAI_ONNX_VALUE_SPARSE_TENSOR,
    EAI_ONNX_VALUE_OPTIONAL
} eai_onnx_value_kind;

/* A ValueInfoProto. */
typedef struct eai_onnx_value {
    edgeai_string name;
    eai_onnx_value_kind kind;
    eai_onnx_type type; /* of a tensor's elements; UNDEFINED when not given */
    bool has_shape;     /* false: not even the number of dimensions is given */
    int n_dims;
    const eai_onnx_dim *dims; /* [n_dims], outermost first */
} eai_onnx_value;

/* A GraphProto, in the order of the file. */
typedef struct eai_onnx_graph {
    edgeai_string name;
    size_t n_nodes, n_initializers, n_inputs, n_outputs, n_values;
    const eai_onnx_node *nodes;
    const eai_onnx_tensor *initializers;
    const eai_onnx_value *inputs; /* up to ir_version 3 initializers are here too */
    const eai_onnx_value *outputs;
    const eai_onnx_value *values; /* value_info: what is between */
    size_t n_sparse_initializers; /* not read */
} eai_onnx_graph;

typedef struct eai_onnx_opset {
    edgeai_string domain; /* empty: ai.onnx; "ai.onnx" is made empty */
    int64_t version;
} eai_onnx_opset;

/* A ModelProto. Immutable, so it may be shared by threads. */
typedef struct eai_onnx_model {
    int64_t ir_version;
    edgeai_string producer_name, producer_version;
    size_t n_opsets;
    const eai_onnx_opset *opsets;
    eai_onnx_graph graph;
    size_t n_functions;
    const edgeai_string *functions; /* [n_functions]: their names; what they hold is not read */
} eai_onnx_model;

/*
 * Maps and reads a model and the files with its external data, which have to lie in the model's own
 * folder or below it: no absolute path, no "..", no link that leads elsewhere. The map stays open
 * as long as the model. EDGEAI_E_NOT_FOUND, EDGEAI_E_IO, EDGEAI_E_MEMORY; EDGEAI_E_FORMAT and
 * EDGEAI_E_LIMIT name the file, the message and the byte. *out is NULL on failure.
 */
edgeai_status eai_onnx_model_open(eai_onnx_model **out, edgeai_context *context, const char *path);

/* The same for bytes that stay the caller's and in place as long as the model; a tensor with
 * external data is EDGEAI_E_UNSUPPORTED. */
edgeai_status eai_onnx_model_open_memory(eai_onnx_model **out, edgeai_context *context,
                                         const void *bytes, size_t n_bytes);

/* NULL is fine. The context must still be there. */
void eai_onnx_model_free(eai_onnx_model *model);

/* A file that is one bare TensorProto, as the test data of ONNX are. Errors as for models. */
edgeai_status eai_onnx_tensor_open(const eai_onnx_tensor **out, edgeai_context *context,
                                   const char *path);
edgeai_status eai_onnx_tensor_open_memory(const eai_onnx_tensor **out, edgeai_context *context,
                                          const void *bytes, size_t n_bytes);

/* Frees what eai_onnx_tensor_open...() made, nothing else. NULL is fine. */
void eai_onnx_tensor_free(const eai_onnx_tensor *tensor);

/*
 * The elements as a contiguous little-endian array of their own type, whatever the storage; U4 and
 * I4 come as one byte each. out_bytes has to be n_elements * eai_onnx_element_bytes(type); `out`
 * may be unaligned, and NULL when that is 0.
 * EDGEAI_E_UNSUPPORTED for another type, by name; EDGEAI_E_INVALID for another out_bytes;
 * EDGEAI_E_FORMAT when the file holds more or fewer elements, keeps them in a field that does not
 * go with the type, or one of them is outside the type's range. The text names the tensor.
 */
edgeai_status eai_onnx_tensor_read(const eai_onnx_tensor *tensor, void *out, size_t out_bytes);

/*
 * The elements where they lie in the map, for STORED_RAW tensors of whole bytes: *out has
 * n_elements * eai_onnx_element_bytes(type) bytes, unaligned. NULL for any other storage, for U4
 * and I4: read those. Errors as eai_onnx_tensor_read(), and *out is NULL then.
 */
edgeai_status eai_onnx_tensor_borrow(const eai_onnx_tensor *tensor, const void **out);

/* Bytes of an element as it is read; 0 for a type that cannot be. */
size_t eai_onnx_element_bytes(eai_onnx_type type);

/* "float32", "uint8", "string" ...; "?" for a number that stands for no type known here. */
const char *eai_onnx_type_name(eai_onnx_type type);

/* "INT", "FLOATS" ...; "?" for an unknown one. */
const char *eai_onnx_attribute_type_name(eai_onnx_attribute_type type);

/* Whether a string of the file is this one. */
bool eai_onnx_is(edgeai_string string, const char *text);

/* The node's attribute of this name, or NULL without an error text. */
const eai_onnx_attribute *eai_onnx_node_attribute(const eai_onnx_node *node, const char *name);

#endif
