// The time base and decrementer of one core, the circuit that models/xenon/timebase.h describes: at each edge the
// counters step if they are enabled, then the access that is requested is carried out. The answer, and what was
// accessed, are there in the clock that follows.
module timebase (
    input  wire        clock,
    input  wire        reset,
    input  wire        request,
    input  wire        request_write,
    input  wire [7:0]  request_size, // bytes
    input  wire [63:0] request_address,
    input  wire [63:0] request_data,
    output wire        reply,
    output wire [1:0]  reply_status,
    output wire [63:0] reply_data,
    output wire        irq
);
    localparam [1:0] OK = 2'd0, UNMAPPED = 2'd1, REFUSED = 2'd2;

    // What is saved.
    reg [63:0] tb             /* verilator public_flat_rw */;
    reg [31:0] dec            /* verilator public_flat_rw */;
    reg [8:0]  control        /* verilator public_flat_rw */; // 8 enable, 7:0 divider
    reg        strobe         /* verilator public_flat_rw */; // an access was carried out at the last edge
    reg        access_write   /* verilator public_flat_rw */;
    reg [15:0] access_address /* verilator public_flat_rw */;
    reg [63:0] access_data    /* verilator public_flat_rw */;

    reg [1:0] access_status;

    wire        enable = control[8];
    wire [63:0] tb_stepped  = enable ? tb + 64'd1 : tb;
    wire [31:0] dec_stepped = enable ? dec - 32'd1 : dec;

    // One word of the window is four bytes; a register is one or two of them.
    wire       in_window = request_address[63:5] == 59'd0;
    wire [2:0] word      = request_address[4:2];
    wire       is_tb      = in_window && word[2:1] == 2'd0;
    wire       is_tbu     = in_window && word == 3'd2;
    wire       is_tbl     = in_window && word == 3'd3;
    wire       is_dec     = in_window && word == 3'd4;
    wire       is_control = in_window && word[2:1] == 2'd3;

    wire wide   = is_tb || is_control;
    wire mapped = wide || is_tbu || is_tbl || is_dec;
    wire fits   = wide ? request_size == 8'd8 && request_address[2:0] == 3'd0
                       : request_size == 8'd4 && request_address[1:0] == 2'd0;

    wire [1:0] status = !mapped ? UNMAPPED : !fits ? REFUSED : OK;
    wire       writes = request && request_write && status == OK;

    wire [63:0] value = is_tb  ? tb_stepped :
                        is_tbu ? {32'd0, tb_stepped[63:32]} :
                        is_tbl ? {32'd0, tb_stepped[31:0]} :
                        is_dec ? {32'd0, dec_stepped} :
                                 {55'd0, control};

    always @(posedge clock)
        if (reset) begin
            tb <= 64'd0;
            dec <= 32'h7FFFFFFF;
            control <= 9'h1FF;
            strobe <= 1'b0;
            access_write <= 1'b0;
            access_address <= 16'd0;
            access_data <= 64'd0;
            access_status <= OK;
        end else begin
            tb <= tb_stepped;
            dec <= dec_stepped;
            if (writes && is_tb) tb <= request_data;
            if (writes && is_tbu) tb <= {request_data[31:0], tb_stepped[31:0]};
            if (writes && is_tbl) tb <= {tb_stepped[63:32], request_data[31:0]};
            if (writes && is_dec) dec <= request_data[31:0];
            if (writes && is_control) control <= request_data[8:0];
            strobe <= request;
            if (request) begin
                access_write <= request_write;
                access_address <= request_address[15:0];
                access_status <= status;
                access_data <= status != OK ? ~64'd0 : request_write ? request_data : value;
            end
        end

    assign reply = strobe;
    assign reply_status = access_status;
    assign reply_data = access_data;
    assign irq = dec[31];
endmodule
